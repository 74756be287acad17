using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Rendering;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Storefront.Pages.Cart;

/// <summary>Whoever comes without a session becomes a guest with the first thing he buys or puts aside.</summary>
internal static class Guests
{
    public static async Task<ApiAnswer<T>> AsSomebody<T>(this PageRequest request, Func<Task<ApiAnswer<T>>> act)
    {
        var answer = await act();
        if (answer.Refusal is not { Status: StatusCodes.Status401Unauthorized })
            return answer;
        return await request.Api.Do("POST", "/api/v1/guests") is { } refusal
            ? answer with { Refusal = refusal }
            : await act();
    }
}
