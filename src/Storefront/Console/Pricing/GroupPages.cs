using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Console.Tables;
using Doorbuster.Storefront.Parts;
using Doorbuster.Storefront.Rendering;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Storefront.Console.Pricing;

/// <summary>The groups of customers, and one with who is in it.</summary>
internal static class GroupPages
{
    private const string Api = "/api/admin/v1/customer-groups";
    private const string One = "/groups/{code}";
    private const int MembersShown = 40;

    public static void Map(ConsoleRoutes console)
    {
        console.Table("/groups", Groups());
        console.Page("/new-group", request => Draft(request, FormState.Empty, StatusCodes.Status200OK));
        console.Form("/new-group", Create);
        console.Page(One, request => Show(request, FormState.Empty, StatusCodes.Status200OK));
        console.Form(One, Rename);
        console.Form("/groups/{code}/members", Add, shows: One);
        console.Form("/groups/{code}/members/{person}", TakeOut, shows: One);
        console.Form("/groups/{code}/removal", Remove, isDangerous: true, shows: One);
    }

    private static Table<RunGroup> Groups() => new()
    {
        Name = "customer-groups",
        Title = "pricing.groups",
        EmptyText = "pricing.groups_none",
        Action = ("/admin/new-group", "pricing.new_group"),
        List = (api, query) => api.Get(Api + query, PricingJson.Default.GroupList),
        Key = group => group.Code,
        Columns =
        [
            new("name", "pricing.name", group => Cell.Of(group.Name, $"/admin/groups/{group.Code}"), group => group.Name),
            new("code", "pricing.code", group => Cell.Of(group.Code), group => group.Code),
            new("members", "pricing.members", group => Cell.Of(group.Members), group => group.Members) { IsNumber = true },
            new("made", "pricing.made", group => Cell.Of(group.MadeAt), group => group.MadeAt),
        ],
    };

    private static Task<PageResult> Draft(PageRequest request, FormState form, int status) =>
        Task.FromResult(PageResult.View<GroupDraftPage, GroupDraftModel>(new(form, request.SentKey()), status));

    private static async Task<PageResult> Create(PageRequest request)
    {
        var made = await request.Api.Send(
            "POST", Api, PricingJson.Default.RunGroup,
            ShopApi.Json(new(request.Field("code"), request.Field("name")), PricingJson.Default.NewGroup), request.SentKey());
        return made.Refusal is { } refusal
            ? await request.Refuse(refusal, (form, status) => Draft(request, form, status))
            : PageResult.GoTo($"/admin/groups/{made.Value!.Code}");
    }

    private static async Task<PageResult> Show(PageRequest request, FormState form, int status)
    {
        var group = await request.Api.Get(PathOf(request), PricingJson.Default.RunGroup);
        if (group.Refusal is { } refusal)
            return PageResult.Refused(refusal);
        var members = await request.Api.Get(
            string.Create(null, $"{PathOf(request)}/members?limit={MembersShown}{request.After()}"), PricingJson.Default.MemberList);
        if (members.Refusal is { } wrong)
            return PageResult.Refused(wrong);
        return PageResult.View<GroupPage, GroupModel>(
            new(group.Value!, group.Tag!, members.Value!, form, request.Query("done") is not null && form == FormState.Empty), status);
    }

    private static async Task<PageResult> Rename(PageRequest request) => await Done(request, await request.Api.Do(
        "PATCH", PathOf(request), ShopApi.Json(new(request.Field("name")), PricingJson.Default.GroupName),
        ifMatch: request.Field("version")));

    // People are known by their address; the API wants the person.
    private static async Task<PageResult> Add(PageRequest request)
    {
        var email = request.Field("email");
        var found = email.Length == 0
            ? default
            : await request.Api.Get(
                $"/api/admin/v1/people?email={Uri.EscapeDataString(email)}&limit=100", PricingJson.Default.FoundPeople);
        if (found.Refusal is { Status: >= 500 } away)
            return PageResult.Refused(away);
        if (found.Value?.Data.FirstOrDefault(one => string.Equals(one.Email, email, StringComparison.OrdinalIgnoreCase)) is not { } person)
            return await Show(request, request.Wrong("email", "pricing.nobody"), StatusCodes.Status422UnprocessableEntity);
        return await Done(request, await request.Api.Do("PUT", $"{PathOf(request)}/members/{person.Id}"));
    }

    private static async Task<PageResult> TakeOut(PageRequest request)
    {
        var refusal = await request.Api.Do("DELETE", $"{PathOf(request)}/members/{Uri.EscapeDataString(request.Route("person"))}");
        return refusal is { Status: not StatusCodes.Status404NotFound }
            ? PageResult.Refused(refusal)
            : Back(request);    // who is not in it is taken out already
    }

    private static async Task<PageResult> Remove(PageRequest request) =>
        await request.Api.Do("DELETE", PathOf(request), ifMatch: request.Field("version")) is { } refusal
            ? await request.Refuse(refusal, (form, status) => Show(request, form, status))
            : PageResult.GoTo("/admin/groups");

    private static async Task<PageResult> Done(PageRequest request, ApiRefusal? refusal) => refusal is null
        ? Back(request)
        : await request.Refuse(refusal, (form, status) => Show(request, form, status));

    private static PageResult Back(PageRequest request) =>
        PageResult.GoTo($"/admin/groups/{Uri.EscapeDataString(request.Route("code"))}?done=1");

    private static string PathOf(PageRequest request) => $"{Api}/{Uri.EscapeDataString(request.Route("code"))}";
}

/// <param name="Key">Of the intent to make this group.</param>
public sealed record GroupDraftModel(FormState Form, string Key);

/// <param name="Version">Its tag.</param>
public sealed record GroupModel(RunGroup Of, string Version, ApiList<RunMember> Members, FormState Form, bool IsDone);
