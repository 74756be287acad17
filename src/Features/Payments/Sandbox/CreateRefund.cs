using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Payments.Sandbox;

/// <summary>Server to server: the shop gives captured money back. The same key again is the same refund.</summary>
internal static class CreateRefund
{
    /// <param name="Amount">In the currency's minor unit: all of the charge or a part.</param>
    /// <param name="Reference">What the shop calls it; left out by whoever makes it by hand.</param>
    public sealed record Request(
        [Range(0, long.MaxValue)] long Amount, [RegularExpression("^[A-Z]{3}$")] string Currency,
        [StringLength(100, MinimumLength = 1)] string? Reference = null);

    public static void Map(IEndpointRouteBuilder sandbox) => sandbox
        .MapPost("/{id}/refunds", Handle)
        .WithName("CreateSandboxRefund")
        .WithSummary("Sandbox provider, for the shop: refund a charge")
        .Produces<RefundView>(StatusCodes.Status201Created)
        .Refuses(
            Problems.ApiSecretWrong, Problems.RefundTooLarge, WebProblems.NotFound, WebProblems.IdempotencyKeyMissing,
            WebProblems.IdempotencyKeyInvalid, WebProblems.IdempotencyKeyReused);

    private static async Task<IResult> Handle(
        string id, Request request, HttpContext http, SandboxStore store, SandboxDoor door, TimeProvider clock,
        CancellationToken cancel)
    {
        if (!await door.Knows(http, cancel))
            return Problems.ApiSecretWrong;
        if (IdempotencyKey.TryRead(http, out var key) is { } refusal)
            return refusal;
        if (await store.Find(id, cancel) is not { } charge)
            return WebProblems.NotFound;
        if (charge.Currency != request.Currency)
            return Problems.RefundTooLarge;

        var wish = new Refund(
            "re_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), key, id, request.Amount, request.Reference,
            clock.GetUtcNow());
        if (await store.Refund(charge, wish, cancel) is not { } refund)
            return Problems.RefundTooLarge;
        return refund.Charge == wish.Charge && refund.AmountMinor == wish.AmountMinor
            ? TypedResults.Created(
                (string?)null,
                new RefundView(refund.Id, refund.Charge, refund.AmountMinor, request.Currency, refund.MadeAt))
            : WebProblems.IdempotencyKeyReused;
    }
}

/// <summary>The provider's own record of money it gave back.</summary>
/// <param name="Reference">What the shop calls it; null when it was made by hand.</param>
internal sealed record Refund(
    string Id, string IdempotencyKey, string Charge, long AmountMinor, string? Reference, DateTimeOffset MadeAt);

internal sealed record RefundView(string Id, string Charge, long Amount, string Currency, DateTimeOffset CreatedAt);
