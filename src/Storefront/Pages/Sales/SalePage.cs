using System.Text.Json.Serialization;
using Doorbuster.Platform.Web;
using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Errors;
using Doorbuster.Storefront.Rendering;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Storefront.Pages.Sales;

/// <summary>One sale: everybody's page, and what becomes of a person's claim.</summary>
internal static class SalePage
{
    public static void Map(PageRoutes pages)
    {
        pages.Cached("/sales/{id}", request => Show(request, new()));
        pages.Form("/sales/{id}/buy", Access.Anyone, Buy, shows: "/sales/{id}");
        pages.Personal("/sales/{id}/tickets/{ticket}", Access.Person, Follow);
    }

    private static string PathOf(PageRequest request) => $"/sales/{Uri.EscapeDataString(request.Route("id"))}";

    /// <summary>Without a script: the form's key is its page's, so that pressing twice is one purchase.</summary>
    private static async Task<PageResult> Buy(PageRequest request)
    {
        var path = PathOf(request);
        if (request.Query("key") is not { } key)
            return PageResult.GoTo(path);
        var answer = await request.Api.Send(
            "POST", $"/api/v1{path}/claims", SaleJson.Default.ApiClaimed, """{"quantity":1}"""u8.ToArray(), key);
        if (answer.Value is { } claimed)
            return PageResult.GoTo($"{path}/tickets/{claimed.Ticket ?? "tkt" + claimed.Claim!.Id[3..]}");
        var refusal = answer.Refusal!;
        if (refusal.Status == StatusCodes.Status401Unauthorized)
            return PageResult.GoTo($"{ErrorPages.SignInPath}?next={Uri.EscapeDataString(path)}");
        if (refusal.Status is StatusCodes.Status404NotFound or StatusCodes.Status400BadRequest)
            return PageResult.Refused(refusal);
        // Whether it arrived is not known: to try again is to send the same. Else it is another wish, under another key.
        return await Show(request, new(refusal, Key: SaleOwn.IsUnanswered(refusal) ? key : null), refusal.Status);
    }

    private static async Task<PageResult> Follow(PageRequest request)
    {
        var ticket = await request.Api.Get(
            $"/api/v1/tickets/{Uri.EscapeDataString(request.Route("ticket"))}", SaleJson.Default.ApiTicket);
        return ticket.Refusal is { } refusal
            ? PageResult.Refused(refusal)
            : await Show(request, new(Ticket: ticket.Value));
    }

    private static async Task<PageResult> Show(PageRequest request, SaleOwn own, int status = StatusCodes.Status200OK)
    {
        var path = $"/api/v1{PathOf(request)}";
        var sale = await request.Api.Get(path, StorefrontJson.Default.ApiSale);
        if (sale.Refusal is { } unknown)
            return PageResult.Refused(unknown);
        var state = await request.Api.Get($"{path}/state", SaleJson.Default.ApiSaleState);
        if (state.Refusal is { } away)
            return PageResult.Refused(away);
        var product = await request.Api.Get(
            $"/api/v1/products/{Uri.EscapeDataString(sale.Value!.Sku)}", StorefrontJson.Default.ApiProduct);
        return PageResult.View<Sale, SaleModel>(new(sale.Value, state.Value!, product.Value, own), status);
    }
}

/// <summary>What is of one person on the page; nothing on everybody's.</summary>
/// <param name="Refusal">Of what the person just did.</param>
/// <param name="Key">Of what the person just did, while nobody knows whether it was done.</param>
public sealed record SaleOwn(ApiRefusal? Refusal = null, ApiTicket? Ticket = null, string? Key = null)
{
    public bool IsThere => Refusal is not null || Ticket is not null;

    internal static bool IsUnanswered(ApiRefusal refusal) => refusal.Status is >= 500 or StatusCodes.Status429TooManyRequests;
}

/// <param name="Product">Null: no longer for sale otherwise.</param>
public sealed record SaleModel(ApiSale Sale, ApiSaleState State, ApiProduct? Product, SaleOwn Own)
{
    /// <summary>Until something became of it, the page is asked for again by itself.</summary>
    public bool IsWaiting => Own.Ticket is { Status: "queued" or "confirmed" };

    internal SaleSight SightAt(DateTimeOffset now)
    {
        // What the person was just told is newer than a state that may be a second old.
        var phase = Own.Refusal?.Code switch
        {
            "sold_out" => "sold_out",
            "paused" => "paused",
            "closed" => "ended",
            _ => State.Phase,
        };
        return SaleDecision.Of(new(
            now, new(phase, State.OpensAt, State.ClosesAt, State.LimitPerPerson),
            Own.Ticket is { } ticket ? new(ticket.Status, ticket.Claim?.PayBy) : null,
            Refusal: Own.Refusal is { Status: StatusCodes.Status403Forbidden } ? "account_blocked" : Own.Refusal?.Code,
            HasFailed: Own.Refusal is { } unanswered && SaleOwn.IsUnanswered(unanswered)));
    }
}

public sealed record ApiSaleState(
    string Phase, DateTimeOffset OpensAt, DateTimeOffset? ClosesAt, DateTimeOffset ServerNow, string StockBand,
    int? LimitPerPerson, ApiSoldOut? SoldOut);

public sealed record ApiSoldOut(long Units, int AfterS, DateTimeOffset UnpaidUntil);

/// <summary>The answer to a claim: the claim, or the ticket to ask for it.</summary>
public sealed record ApiClaimed(ApiHeld? Claim = null, string? Ticket = null);

public sealed record ApiHeld(string Id, string OrderId, string State, DateTimeOffset? PayBy);

public sealed record ApiTicket(string Ticket, string Status, ApiHeld? Claim)
{
    public string OrderId => "ord" + Ticket[3..];
}

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ApiSaleState))]
[JsonSerializable(typeof(ApiClaimed))]
[JsonSerializable(typeof(ApiTicket))]
internal sealed partial class SaleJson : JsonSerializerContext;
