using System.ComponentModel.DataAnnotations;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Payments.Sandbox;

/// <summary>Server to server: what moved at the provider, for the shop to compare with its own books.</summary>
internal static class ListTransactions
{
    private const int LimitDefault = 500;
    private const int LimitMax = 500;
    private const string CursorPrefix = "tx";

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet(SandboxAddress.TransactionsPath, Handle)
        .ForAnyone()
        .WithName("ListSandboxTransactions")
        .WithSummary("Sandbox provider, for the shop: captures and refunds of a time, oldest first")
        .Produces<TransactionPage>()
        .Refuses(Problems.ApiSecretWrong, WebProblems.InvalidCursor);

    private static async Task<IResult> Handle(
        DateTimeOffset from, DateTimeOffset to, HttpContext http, SandboxStore store, SandboxDoor door,
        CancellationToken cancel, string? after = null, [Range(1, LimitMax)] int limit = LimitDefault)
    {
        if (!await door.Knows(http, cancel))
            return Problems.ApiSecretWrong;
        var last = 0L;
        if (after is not null && !PublicId.TryParse(CursorPrefix, after, out last))
            return WebProblems.InvalidCursor;
        var (shown, page) = PageInfo.Cut(
            await store.Transactions(from, to, last, limit + 1, cancel), limit, moved => moved.Id);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new TransactionPage(shown, page.NextCursor));
    }
}

/// <param name="NextCursor">Null on the last page.</param>
internal sealed record TransactionPage(IReadOnlyList<TransactionView> Data, string? NextCursor);

/// <param name="Kind"><c>capture</c> or <c>refund</c>.</param>
/// <param name="Reference">What the shop calls the charge.</param>
/// <param name="RefundReference">What the shop calls the refund; null when it was made by hand.</param>
internal sealed record TransactionView(
    string Id, string Kind, string Charge, string Reference, string Order, long Amount, string Currency,
    DateTimeOffset At, string? Refund, string? RefundReference)
{
    public const string Capture = "capture";
    public const string OfRefund = "refund";
}
