using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.SignIn;

internal static class Problems
{
    public static readonly Problem AlreadySignedIn = new(
        StatusCodes.Status409Conflict, "already_signed_in", "You signed in for today already.")
    {
        Advice = "`day` is the date that counts for you, `nextAt` when the next one begins. A request that is sent again with "
            + "its own `Idempotency-Key` gets its first answer.",
    };

    public static readonly Problem NotSettled = new(
        StatusCodes.Status503ServiceUnavailable, "sign_in_not_settled", "The sign-in is accepted but not settled yet.",
        Retryable: true)
    {
        Advice = "Send the same request with the same `Idempotency-Key` after the `Retry-After`.",
        RetryAfter = TimeSpan.FromSeconds(1),
    };
}
