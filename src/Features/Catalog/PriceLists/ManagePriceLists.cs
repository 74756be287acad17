using System.ComponentModel.DataAnnotations;
using Doorbuster.Catalog.Administration;
using Doorbuster.Contracts.Accounts;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Catalog.PriceLists;

/// <summary>Price lists: made, changed, removed. Their prices are <see cref="ManageListPrices"/>'s.</summary>
internal static class ManagePriceLists
{
    public const string Path = "/api/admin/v1/catalog/price-lists";
    public const string Tag = "Price lists (administration)";

    /// <param name="Code">For ever.</param>
    /// <param name="Currency">For ever: of its prices, and of the variants they are for.</param>
    /// <param name="Group">The code of the group of customers who pay by it.</param>
    /// <param name="Priority">-1000 to 1000; of several lists that run for somebody the highest counts.</param>
    /// <param name="From">The first instant it counts; left out: ever since.</param>
    /// <param name="Until">The first instant it no longer counts; left out: until it is taken back.</param>
    public sealed record NewList(
        string Code, string Name, string Currency, string Group, int Priority = 0, DateTimeOffset? From = null,
        DateTimeOffset? Until = null, bool Active = true);

    /// <param name="From">The first instant it counts; left out: ever since.</param>
    /// <param name="Until">The first instant it no longer counts; left out: until it is taken back.</param>
    public sealed record Request(
        string Name, string Group, int Priority = 0, DateTimeOffset? From = null, DateTimeOffset? Until = null,
        bool Active = true);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var lists = routes.MapGroup(Path).ForAdmin().WithTags(Tag);
        lists.MapGet("", List).WithName("ListPriceLists").WithSummary("Price lists, by code.")
            .Refuses(WebProblems.InvalidCursor);
        lists.MapGet("{code}", Get).WithName("GetPriceList").WithSummary("A price list with its version, which a change must name.")
            .Refuses(Problems.PriceListNotFound);
        lists.MapPost("", Create).WithName("CreatePriceList").WithSummary("A new price list for a group of customers.")
            .Refuses(Problems.PriceListTaken, Problems.TooManyPriceLists, Problems.UnknownGroup)
            .Idempotent(CatalogFeature.SchemaName);
        lists.MapPut("{code}", Change).WithName("ChangePriceList").WithSummary("Write a price list anew; its prices stay.")
            .Refuses(Problems.PriceListNotFound, Problems.UnknownGroup, Problems.VersionRequired, Problems.VersionOutdated);
        lists.MapDelete("{code}", Remove).WithName("RemovePriceList").WithSummary("Remove a price list with its prices.")
            .Refuses(Problems.PriceListNotFound, Problems.VersionRequired, Problems.VersionOutdated);
    }

    /// <param name="group">Only those of this group.</param>
    private static async Task<Results<Ok<PriceListViews.ViewPage>, Problem>> List(
        HttpContext http, PriceListStore store, CancellationToken cancel, string? group = null, [Range(1, 100)] int limit = 40,
        string? after = null)
    {
        if (after is not null && !PriceList.IsCode(after))
            return WebProblems.InvalidCursor;
        if (group is not null && !PriceList.IsCode(group))
            return WebProblems.Invalid("group", WrongCode);
        var (shown, page) = PageInfo.Cut(
            await store.List(group, after ?? "", limit + 1, cancel), limit, list => list.Code);
        http.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Ok(new PriceListViews.ViewPage([.. shown.Select(PriceListViews.Of)], page));
    }

    private static async Task<Results<Ok<PriceListViews.View>, Problem>> Get(
        string code, HttpContext http, PriceListStore store, CancellationToken cancel)
    {
        if (!PriceList.IsCode(code) || await store.Find(code, cancel) is not { } list)
            return Problems.PriceListNotFound;
        EntityTags.SetPrivate(http, EntityTags.OfVersion(list.Version));
        return TypedResults.Ok(PriceListViews.Of(list));
    }

    private static async Task<Results<Created<PriceListViews.View>, Problem>> Create(
        NewList request, Person person, IdempotentRequest once, PriceListStore store, ICustomerGroups groups, ChangeLog log,
        HttpContext http, CancellationToken cancel)
    {
        if (Check(
            new Faults()
                .Unless(PriceList.IsCode(request.Code), "code", WrongCode)
                .Unless(Currencies.IsCode(request.Currency), "currency", "must be a code of ISO 4217, such as GBP"),
            new(request.Name, request.Group, request.Priority, request.From, request.Until, request.Active)) is { } wrong)
            return wrong;
        if (!await groups.Exists(request.Group, cancel))
            return Problems.UnknownGroup;

        var transaction = once.Transaction;
        if (await PriceListStore.Count(transaction, cancel) >= PriceList.ListsMax)
            return Problems.TooManyPriceLists;
        var draft = new PriceList(
            Id: 0, request.Code, request.Name, request.Currency, request.Group, request.Priority, PriceList.Whole(request.From),
            PriceList.Whole(request.Until), request.Active, Prices: 0, Version: 0, default);
        if (await store.Add(transaction, draft, cancel) is not { } made)
            return Problems.PriceListTaken;
        var view = PriceListViews.Of(made);
        await log.Note(
            transaction, person.Id, ChangeLog.OfPriceList, made.Code, null, view, CatalogJson.Default.PriceListView, cancel);
        http.Response.Headers.ETag = EntityTags.OfVersion(made.Version);
        return TypedResults.Created($"{Path}/{made.Code}", view);
    }

    private static async Task<Results<Ok<PriceListViews.View>, Problem>> Change(
        string code, Request request, [FromHeader(Name = "If-Match")] string? ifMatch, Person person, Editing editing,
        PriceListStore store, ICustomerGroups groups, HttpContext http, CancellationToken cancel)
    {
        if (Check(new Faults(), request) is { } wrong)
            return wrong;
        var isGroup = await groups.Exists(request.Group, cancel);
        PriceList there = null!;
        return await editing.Change(
            http, ifMatch, person,
            async transaction => await Lock(transaction, code, cancel) is { } found ? PriceListViews.Of(there = found) : null,
            Problems.PriceListNotFound, Name, CatalogJson.Default.PriceListView,
            async (transaction, _) =>
            {
                // One that is not there any more stays where it is.
                if (!isGroup && request.Group != there.Group)
                    return new(null, Problems.UnknownGroup);
                return new(PriceListViews.Of(await store.Write(
                    transaction,
                    there with
                    {
                        Name = request.Name,
                        Group = request.Group,
                        Priority = request.Priority,
                        StartsAt = PriceList.Whole(request.From),
                        EndsAt = PriceList.Whole(request.Until),
                        IsActive = request.Active,
                    },
                    cancel)));
            },
            after => TypedResults.Ok(after!), cancel);
    }

    private static async Task<Results<NoContent, Problem>> Remove(
        string code, [FromHeader(Name = "If-Match")] string? ifMatch, Person person, Editing editing, HttpContext http,
        CancellationToken cancel)
    {
        PriceList there = null!;
        return await editing.Change(
            http, ifMatch, person,
            async transaction => await Lock(transaction, code, cancel) is { } found ? PriceListViews.Of(there = found) : null,
            Problems.PriceListNotFound, Name, CatalogJson.Default.PriceListView,
            async (transaction, _) =>
            {
                await PriceListStore.Remove(transaction, there.Id, cancel);
                return new Edited<PriceListViews.View>(null);
            },
            _ => TypedResults.NoContent(), cancel);
    }

    internal static async Task<PriceList?> Lock(Npgsql.NpgsqlTransaction transaction, string code, CancellationToken cancel) =>
        PriceList.IsCode(code) ? await PriceListStore.Lock(transaction, code, cancel) : null;

    private static Problem? Check(Faults faults, Request request) => faults
        .Unless(PriceList.IsName(request.Name), "name", $"must be one line of 1 to {PriceList.NameMax} characters")
        .Unless(PriceList.IsCode(request.Group), "group", WrongCode)
        .Unless(PriceList.IsPriority(request.Priority), "priority", $"must be {-PriceList.PriorityMax} to {PriceList.PriorityMax}")
        .Unless(PriceList.IsTime(request.From), "from", "must be a time from 2000 to 2199")
        .Unless(PriceList.IsTime(request.Until), "until", "must be a time from 2000 to 2199")
        .Unless(!(PriceList.Whole(request.Until) <= PriceList.Whole(request.From)), "until", "must be after from")
        .Problem;

    private static (string, string, long) Name(PriceListViews.View list) => (ChangeLog.OfPriceList, list.Code, list.Version);

    private static string WrongCode => $"must be 1 to {PriceList.CodeMax} lower case letters, digits and hyphens, such as trade";
}
