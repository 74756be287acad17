using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Payments.Sandbox;

/// <summary>Server to server: the shop asks for money. The same key again is the same charge.</summary>
internal static class CreateCharge
{
    /// <param name="Amount">In the currency's minor unit.</param>
    /// <param name="Reference">What the shop calls it.</param>
    /// <param name="ReturnUrl">Where the buyer's browser goes after the decision.</param>
    /// <param name="DelayMs">For tests: how long after the decision its webhook leaves.</param>
    /// <param name="Copies">For tests: how often the webhook is sent.</param>
    /// <param name="Declines">For tests: approving it declines it, as a card without cover would.</param>
    /// <param name="Reorders">For tests: a declined first attempt is told of after the capture.</param>
    /// <param name="AnswerDelayMs">For tests: how long the first answer takes, after the charge was made.</param>
    /// <param name="LosesAnswer">For tests: the connection breaks instead of the first answer.</param>
    public sealed record Request(
        [Range(0, long.MaxValue)] long Amount, [RegularExpression("^[A-Z]{3}$")] string Currency,
        [StringLength(64, MinimumLength = 1)] string Reference, [StringLength(64, MinimumLength = 1)] string Order,
        [StringLength(1_000)] string? ReturnUrl = null, [Range(0, 60_000)] int DelayMs = 0,
        [Range(1, 100)] int Copies = 1, bool Declines = false, bool Reorders = false,
        [Range(0, 10_000)] int AnswerDelayMs = 0, bool LosesAnswer = false);

    public static void Map(IEndpointRouteBuilder sandbox) => sandbox
        .MapPost("/", Handle)
        .WithName("CreateSandboxCharge")
        .WithSummary("Sandbox provider, for the shop: create a charge")
        .Produces<ChargeView>(StatusCodes.Status201Created)
        .TakesAtMost(TimeSpan.FromSeconds(15))
        .Refuses(
            Problems.ApiSecretWrong, WebProblems.IdempotencyKeyMissing, WebProblems.IdempotencyKeyInvalid,
            WebProblems.IdempotencyKeyReused);

    private static async Task<IResult> Handle(
        Request request, HttpContext http, SandboxStore store, SandboxDoor door, SandboxAddress address,
        TimeProvider clock, CancellationToken cancel)
    {
        if (!await door.Knows(http, cancel))
            return Problems.ApiSecretWrong;
        if (IdempotencyKey.TryRead(http, out var key) is { } refusal)
            return refusal;
        if (request.ReturnUrl is not null && ReturnAddress.Read(request.ReturnUrl) is null)
            return WebProblems.Invalid("returnUrl", "must be the absolute address of a page, by http or https");

        var wish = new Charge
        {
            Id = "ch_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),    // who knows it may decide it
            IdempotencyKey = key,
            AmountMinor = request.Amount,
            Currency = request.Currency,
            Reference = request.Reference,
            Order = request.Order,
            State = ChargeState.Pending,
            DelayMs = request.DelayMs,
            Copies = request.Copies,
            Declines = request.Declines,
            Reorders = request.Reorders,
            ReturnUrl = request.ReturnUrl,
        };
        var charge = await store.Create(wish, clock.GetUtcNow(), cancel);
        if (!charge.IsSameAs(wish))
            return WebProblems.IdempotencyKeyReused;
        if (charge.Id == wish.Id)
            await Misbehave(request, http, clock, cancel);
        var view = ChargeView.Of(charge, await address.PublicCharges(cancel));
        return TypedResults.Created(view.PayUrl, view);
    }

    // The charge is there by now; only the shop does not know.
    private static async Task Misbehave(
        Request request, HttpContext http, TimeProvider clock, CancellationToken cancel)
    {
        if (request.AnswerDelayMs > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(request.AnswerDelayMs), clock, cancel);
        if (request.LosesAnswer)
            http.Abort();
    }
}
