using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.UserCenter;

internal static class Problems
{
    public static readonly Problem ViewedSkuUnknown = new(
        StatusCodes.Status400BadRequest, "viewed_sku_unknown", "The shop does not sell this.")
    {
        Advice = "Take the stock-keeping unit from `GET /api/v1/products`.",
    };
}
