using Doorbuster.Platform.Web;

namespace Doorbuster.Catalog;

internal static class Problems
{
    public static readonly Problem ProductNotFound = new(404, "product_not_found", "There is no such product.")
    {
        Advice = "Products are found by the SKU of any of their variants, upper or lower case. It may be unpublished.",
    };

    public static readonly Problem CategoryNotFound = new(404, "category_not_found", "There is no such category.")
    {
        Advice = "`GET /api/v1/categories` lists the slugs.",
    };

    public static readonly Problem ImageNotFound = new(404, "image_not_found", "There is no such picture.")
    {
        Advice = "Pictures under `/images/demo` exist for the products of the demonstration shop.",
    };
}
