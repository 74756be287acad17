using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Payments.Sandbox;

/// <summary>
/// The buyer's click at the provider. The decision and the webhook about it are one step; it is made once.
/// </summary>
internal static class DecideCharge
{
    private static readonly TimeSpan SlowBank = TimeSpan.FromSeconds(5);

    public static void Map(IEndpointRouteBuilder sandbox)
    {
        sandbox.MapGet("/{id}", Show)
            .WithName("GetSandboxCharge")
            .WithSummary("Sandbox provider, for the buyer: a charge")
            .Produces<ChargeView>()
            .Refuses(WebProblems.NotFound);
        sandbox.MapPost("/{id}/approve", Approve)
            .WithName("ApproveSandboxCharge")
            .WithSummary("Sandbox provider, for the buyer: pay")
            .Produces<ChargeView>()
            .Refuses(WebProblems.NotFound, Problems.ChargeDecided);
        sandbox.MapPost("/{id}/decline", Decline)
            .WithName("DeclineSandboxCharge")
            .WithSummary("Sandbox provider, for the buyer: do not pay")
            .Produces<ChargeView>()
            .Refuses(WebProblems.NotFound, Problems.ChargeDecided);
    }

    private static async Task<IResult> Show(
        string id, HttpContext http, SandboxStore store, SandboxAddress address, CancellationToken cancel)
    {
        if (await store.Find(id, cancel) is not { } charge)
            return WebProblems.NotFound;
        var view = ChargeView.Of(charge, await address.PublicCharges(cancel));
        return PayPage.IsWanted(http) ? PayPage.Of(view, ReturnAddress.Read(charge.ReturnUrl), http) : TypedResults.Ok(view);
    }

    private static Task<IResult> Approve(
        string id, HttpContext http, SandboxStore store, SandboxAddress address, TimeProvider clock,
        CancellationToken cancel) =>
        Decide(id, ChargeState.Captured, http, store, address, clock, cancel);

    private static Task<IResult> Decline(
        string id, HttpContext http, SandboxStore store, SandboxAddress address, TimeProvider clock,
        CancellationToken cancel) =>
        Decide(id, ChargeState.Declined, http, store, address, clock, cancel);

    private static async Task<IResult> Decide(
        string id, ChargeState wanted, HttpContext http, SandboxStore store, SandboxAddress address, TimeProvider clock,
        CancellationToken cancel)
    {
        if (await store.Find(id, cancel) is not { } charge)
            return WebProblems.NotFound;
        var card = await CardOf(http, cancel);
        var to = charge.Declines || card == PayPage.DecliningCard ? ChargeState.Declined : wanted;
        if (card == PayPage.SlowCard)
            charge = charge with { DelayMs = Math.Max(charge.DelayMs, (int)SlowBank.TotalMilliseconds) };
        var decided = await store.Decide(charge, to, clock.GetUtcNow(), cancel);
        var view = ChargeView.Of(decided, await address.PublicCharges(cancel));
        if (PayPage.IsWanted(http))    // the page shows what was decided, also to who pressed both buttons
            return PayPage.SeeOther(http, ReturnAddress.Read(charge.ReturnUrl)?.AbsoluteUri ?? view.PayUrl);
        return decided.State == to ? TypedResults.Ok(view) : Problems.ChargeDecided;
    }

    // Only the page has cards; programs say with the charge what it shall do.
    private static async Task<string?> CardOf(HttpContext http, CancellationToken cancel)
    {
        if (!http.Request.HasFormContentType)
            return null;
        try
        {
            return (await http.Request.ReadFormAsync(cancel))[PayPage.CardField];
        }
        catch (Exception error) when (error is InvalidDataException or InvalidOperationException)
        {
            return null;    // a form that cannot be read says nothing
        }
    }
}
