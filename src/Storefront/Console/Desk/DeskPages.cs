using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Languages;
using Doorbuster.Storefront.Parts;
using Doorbuster.Storefront.Rendering;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Storefront.Console.Desk;

/// <summary>Orders, coupons, red packets, people, dead letters, the audit log, and what can be done with one of them.</summary>
internal static class DeskPages
{
    private const string Orders = "/api/admin/v1/orders";
    private const string People = "/api/admin/v1/people";
    private const string Letters = "/api/admin/v1/dead-letters";

    private const string Order = "/orders/{id}";
    private const string Person = "/people/{id}";
    private const string Letter = "/dead-letters/{consumer}/{id}";

    public static void Map(ConsoleRoutes console)
    {
        console.Table("/orders", DeskTables.Orders());
        console.Page("/orders/{id}", request => ShowOrder(request, FormState.Empty));
        console.Form("/orders/{id}/ship", request => DoToOrder(request, "shipment", ShopApi.Json(
            new(request.Text("carrier"), request.Text("trackingNumber")), DeskJson.Default.Shipping)), shows: Order);
        console.Form("/orders/{id}/complete", request => DoToOrder(request, "completion", null), shows: Order);
        console.Form("/orders/{id}/return", request => DoToOrder(
            request, "return", ShopApi.Json(new(request.Field("outcome")), DeskJson.Default.Returning)), shows: Order);
        console.Form("/orders/{id}/refund", Refund, isDangerous: true, shows: Order);
        console.Table("/coupons", DeskTables.Coupons());
        console.Table("/red-packets", DeskTables.Packets());
        console.Table("/people", DeskTables.People());
        console.Page("/people/{id}", request => ShowPerson(request, FormState.Empty));
        console.Form("/people/{id}/block", request => DoToPerson(
            request, "block", ShopApi.Json(new(request.Field("reason")), DeskJson.Default.Blocking)), isDangerous: true, shows: Person);
        console.Form("/people/{id}/unblock", request => DoToPerson(request, "unblock", null), isDangerous: true, shows: Person);
        console.Table("/dead-letters", DeskTables.Letters());
        console.Page("/dead-letters/{consumer}/{id}", ShowLetter);
        console.Form("/dead-letters/{consumer}/{id}/retry", request => DoToLetter(request, "POST", "/retry"), shows: Letter);
        console.Form("/dead-letters/{consumer}/{id}/drop", request => DoToLetter(request, "DELETE", ""), isDangerous: true, shows: Letter);
        console.Table("/audit", DeskTables.Audit());
    }

    private static async Task<PageResult> ShowOrder(PageRequest request, FormState form, int status = StatusCodes.Status200OK)
    {
        var order = await request.Api.Get(PathOf(request, Orders), Json<RunOrder>());
        return order.Refusal is { } refusal
            ? PageResult.Refused(refusal)
            : PageResult.View<OrderPage, OrderModel>(
                new(order.Value!, form, request.SentKey(), request.Query("done") is not null), status);
    }

    private static async Task<PageResult> DoToOrder(PageRequest request, string what, byte[]? body)
    {
        var refusal = await request.Api.Do("POST", $"{PathOf(request, Orders)}/{what}", body, request.SentKey());
        return refusal switch
        {
            null => PageResult.GoTo($"/admin/orders/{request.Route("id")}?done=1"),
            _ when refusal.IsHopeless() => PageResult.Refused(refusal),
            _ => await ShowOrder(
                request, FormState.Of(request.Form, refusal, request.Words), StatusCodes.Status422UnprocessableEntity),
        };
    }

    private static async Task<PageResult> Refund(PageRequest request)
    {
        long? minor = null;
        if (request.Text("amount") is { } text)
        {
            if (!Format.TryReadMoney(text, request.Field("currency"), out var amount))
                return await ShowOrder(
                    request,
                    FormState.Sent(request.Form) with
                    {
                        Errors = new Dictionary<string, string> { ["amount"] = request.Words["desk.refund.amount_wrong"] },
                    },
                    StatusCodes.Status422UnprocessableEntity);
            minor = amount;
        }
        return await DoToOrder(
            request, "refunds", ShopApi.Json(new(request.Field("reason"), minor), DeskJson.Default.Refunding));
    }

    private static async Task<PageResult> ShowPerson(PageRequest request, FormState form, int status = StatusCodes.Status200OK)
    {
        var person = await request.Api.Get(PathOf(request, People), Json<RunPerson>());
        return person.Refusal is { } refusal
            ? PageResult.Refused(refusal)
            : PageResult.View<PersonPage, PersonModel>(new(person.Value!, form, request.Query("done") is not null), status);
    }

    private static async Task<PageResult> DoToPerson(PageRequest request, string what, byte[]? body)
    {
        var refusal = await request.Api.Do("POST", $"{PathOf(request, People)}/{what}", body);
        return refusal switch
        {
            null => PageResult.GoTo($"/admin/people/{request.Route("id")}?done=1"),
            _ when refusal.IsHopeless() => PageResult.Refused(refusal),
            _ => await ShowPerson(
                request, FormState.Of(request.Form, refusal, request.Words), StatusCodes.Status422UnprocessableEntity),
        };
    }

    private static async Task<PageResult> ShowLetter(PageRequest request)
    {
        var letter = await request.Api.Get(LetterOf(request), Json<RunLetter>());
        return letter.Refusal is { } refusal
            ? PageResult.Refused(refusal)
            : PageResult.View<LetterPage, RunLetter>(letter.Value!);
    }

    // Done, it is not there any more: so on to those that are.
    private static async Task<PageResult> DoToLetter(PageRequest request, string method, string what) =>
        await request.Api.Do(method, LetterOf(request) + what) is { } refusal
            ? PageResult.Refused(refusal)
            : PageResult.GoTo("/admin/dead-letters");

    private static string LetterOf(PageRequest request) =>
        $"{Letters}/{Uri.EscapeDataString(request.Route("consumer"))}/{Uri.EscapeDataString(request.Route("id"))}";

    private static string PathOf(PageRequest request, string list) => $"{list}/{Uri.EscapeDataString(request.Route("id"))}";

    private static JsonTypeInfo<T> Json<T>() => (JsonTypeInfo<T>)DeskJson.Default.GetTypeInfo(typeof(T))!;
}

/// <param name="Key">Of the next refund.</param>
public sealed record OrderModel(RunOrder Of, FormState Form, string Key, bool IsDone);

public sealed record PersonModel(RunPerson Of, FormState Form, bool IsDone);
