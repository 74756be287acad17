using System.Globalization;
using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Languages;
using Doorbuster.Storefront.Parts;
using Doorbuster.Storefront.Rendering;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Storefront.Console.Sales;

/// <summary>The sales, and one sale with what can be done to it.</summary>
internal static class SalePages
{
    private const string Api = "/api/admin/v1/sales";
    private const string One = "/sales/{id}";
    private const string Never = "never";

    public static void Map(ConsoleRoutes console)
    {
        console.Page("", _ => Task.FromResult(PageResult.GoTo("/admin/sales")));
        console.Table("/sales", SaleTable.Make());
        console.Page("/sales/new", request => Task.FromResult(
            Draft(request, FormState.With(("sku", request.Query("sku")), ("currency", "GBP"), ("hold", "15")))));
        console.Form("/sales/new", Create);
        console.Page("/sales/{id}", request => Show(request, FormState.Empty, notice: request.Query("done") is null ? null : "console.done"));
        console.Form("/sales/{id}", Change);
        console.Form("/sales/{id}/open", request => Set(request, new(State: "open", OpensAt: "now")), shows: One);
        console.Form("/sales/{id}/pause", request => Set(request, new(State: "paused")), shows: One);
        console.Form("/sales/{id}/resume", request => Set(request, new(State: "open")), shows: One);
        console.Form("/sales/{id}/close", request => Set(request, new(State: "closed")), isDangerous: true, shows: One);
        console.Page("/sales/{id}/audit", Audit);
        console.Stream("/sales/{id}/events", SaleStream.Send);
    }

    private static PageResult Draft(PageRequest request, FormState form, int status = StatusCodes.Status200OK) =>
        PageResult.View<SaleDraftPage, SaleDraftModel>(
            new(form, request.SentKey()), status);

    private static async Task<PageResult> Create(PageRequest request)
    {
        var wrong = new Dictionary<string, string>();
        var units = Whole(request, "units", wrong);
        var limit = Whole(request, "limitPerPerson", wrong, isOptional: true);
        var hold = Whole(request, "hold", wrong, isOptional: true);
        var price = Amount(request, wrong);
        if (wrong.Count > 0)
            return Draft(request, FormState.Sent(request.Form) with { Errors = wrong }, StatusCodes.Status422UnprocessableEntity);

        var made = await request.Api.Send(
            "POST", Api, ConsoleSalesJson.Default.RunSale, ShopApi.Json(
                new(request.Field("sku"), units!.Value, price!, Time(request, "opensAt") ?? "now", Time(request, "closesAt"),
                    (int?)limit, hold is { } minutes ? (int)(minutes * 60) : null),
                ConsoleSalesJson.Default.NewSale),
            request.SentKey());
        return made.Refusal is { } refusal
            ? Draft(request, FormState.Of(request.Form, refusal, request.Words), refusal.FormStatus())
            : PageResult.GoTo($"/admin/sales/{made.Value!.Id}");
    }

    private static async Task<PageResult> Show(
        PageRequest request, FormState form, string? notice, int status = StatusCodes.Status200OK)
    {
        var path = $"{Api}/{Uri.EscapeDataString(request.Route("id"))}";
        var sale = await request.Api.Get(path, ConsoleSalesJson.Default.RunSale);
        if (sale.Refusal is { } refusal)
            return PageResult.Refused(refusal);
        var figures = await request.Api.Get(path + "/figures", ConsoleSalesJson.Default.SaleFigures);
        if (figures.Refusal is { } away)
            return PageResult.Refused(away);
        var now = sale.Value!;
        var (units, opensAt, closesAt) = (
            now.Units.ToString(CultureInfo.InvariantCulture), Local(now.OpensAt), now.ClosesAt is { } end ? Local(end) : "");
        if (!form.Values.ContainsKey("units"))
            form = form with
            {
                Values = new Dictionary<string, string>
                {
                    ["units"] = units,
                    ["wasUnits"] = units,
                    ["opensAt"] = opensAt,
                    ["wasOpensAt"] = opensAt,
                    ["closesAt"] = closesAt,
                    ["wasClosesAt"] = closesAt,
                },
            };
        return PageResult.View<SalePage, SaleModel>(
            new(now, LiveFigures.Of(figures.Value!, null, null), sale.Tag!, form, notice), status);
    }

    private static async Task<PageResult> Change(PageRequest request)
    {
        var wrong = new Dictionary<string, string>();
        var units = Whole(request, "units", wrong);
        if (wrong.Count > 0)
            return await Show(request, FormState.Sent(request.Form) with { Errors = wrong }, null, StatusCodes.Status422UnprocessableEntity);

        // Only what was touched: somebody else's change of another field stays.
        bool IsTouched(string name, string was) => request.Field(name) != request.Field(was);
        var change = new SaleChange(
            Units: IsTouched("units", "wasUnits") ? units : null,
            OpensAt: IsTouched("opensAt", "wasOpensAt") ? Time(request, "opensAt") : null,
            ClosesAt: IsTouched("closesAt", "wasClosesAt") ? Time(request, "closesAt") ?? Never : null);
        return change == new SaleChange() ? PageResult.GoTo($"/admin/sales/{request.Route("id")}") : await Set(request, change);
    }

    private static async Task<PageResult> Set(PageRequest request, SaleChange change)
    {
        var id = request.Route("id");
        var refusal = await request.Api.Do(
            "PATCH", $"{Api}/{Uri.EscapeDataString(id)}", ShopApi.Json(change, ConsoleSalesJson.Default.SaleChange),
            ifMatch: request.Field("version"));
        return refusal switch
        {
            null => PageResult.GoTo($"/admin/sales/{id}?done=1"),
            _ when refusal.IsHopeless() => PageResult.Refused(refusal),
            { Status: StatusCodes.Status412PreconditionFailed } => await Show(
                request, FormState.Sent(request.Form) with { Problem = request.Words["console.outdated"] }, null, StatusCodes.Status409Conflict),
            _ => await Show(request, FormState.Of(request.Form, refusal, request.Words), null, refusal.FormStatus()),
        };
    }

    private static async Task<PageResult> Audit(PageRequest request)
    {
        var path = $"{Api}/{Uri.EscapeDataString(request.Route("id"))}";
        var sale = await request.Api.Get(path, ConsoleSalesJson.Default.RunSale);
        if (sale.Refusal is { } unknown)
            return PageResult.Refused(unknown);
        var audit = await request.Api.Get(path + "/audit", ConsoleSalesJson.Default.SaleAudit);
        return audit.Refusal is { } refusal
            ? PageResult.Refused(refusal)
            : PageResult.View<SaleAuditPage, SaleAuditModel>(new(sale.Value!, audit.Value!, request.Context.Now));
    }

    private static long? Whole(PageRequest request, string name, Dictionary<string, string> wrong, bool isOptional = false)
    {
        if (isOptional && request.Field(name).Length == 0)
            return null;
        if (long.TryParse(request.Field(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 1_000_000_000)
            return number;
        wrong[name] = request.Words["console.wrong_number"];
        return null;
    }

    private static ApiMoney? Amount(PageRequest request, Dictionary<string, string> wrong)
    {
        var currency = request.Field("currency").ToUpperInvariant();
        if (Format.TryReadMoney(request.Field("price"), currency, out var minor))
            return new(minor, currency);
        wrong["price"] = request.Words["console.wrong_price"];
        return null;
    }

    // Fields of this kind have no zone; the page says that it is UTC.
    private static string? Time(PageRequest request, string name) =>
        request.Text(name) is { } time ? time + "Z" : null;

    private static string Local(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
}

/// <param name="Key">Of the intent to make this sale.</param>
public sealed record SaleDraftModel(FormState Form, string Key);

/// <param name="Version">Its tag, for what is changed here.</param>
/// <param name="Notice">What just happened.</param>
public sealed record SaleModel(RunSale Sale, LiveFigures Now, string Version, FormState Form, string? Notice);

public sealed record SaleAuditModel(RunSale Sale, SaleAudit Audit, DateTimeOffset At);
