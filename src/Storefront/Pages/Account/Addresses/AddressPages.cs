using Doorbuster.Platform.Web;
using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Parts;
using Doorbuster.Storefront.Rendering;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Storefront.Pages.Account.Addresses;

/// <summary>Where one has things sent: the list, a form for a new one, and the same form for one that is there.</summary>
internal static class AddressPages
{
    private const string Path = "/account/addresses";
    private const string IsDefault = "isDefault";
    private const string Tag = "version";

    public static void Map(PageRoutes pages)
    {
        pages.Personal(Path, Access.Person, List);
        pages.Personal(Path + "/new", Access.Person, request => Task.FromResult(
            Form(null, FormState.With((Intent.KeyField, Intent.NewKey()), ("country", "GB")))));
        pages.Personal(Path + "/{id}", Access.Person, Edit);
        pages.Form(Path + "/new", Access.Person, Add);
        pages.Form(Path + "/{id}", Access.Person, Change);
        pages.Form(Path + "/{id}/removal", Access.Person, Remove, shows: Path);
    }

    private static async Task<PageResult> List(PageRequest request)
    {
        var addresses = await request.Api.Get("/api/v1/me/addresses", AccountJson.Default.Addresses);
        return addresses.Refusal is { } refusal
            ? PageResult.Refused(refusal)
            : PageResult.View<AddressList, MyList<MyAddress>>(addresses.Value!);
    }

    private static async Task<PageResult> Edit(PageRequest request)
    {
        var answer = await request.Api.Get(AddressOf(request), AccountJson.Default.MyAddress);
        return answer.Refusal is { } refusal
            ? PageResult.Refused(refusal)
            : Form(answer.Value!.Id, Filled(answer.Value, answer.Tag));
    }

    private static async Task<PageResult> Add(PageRequest request)
    {
        var refusal = await request.Api.Do("POST", "/api/v1/me/addresses", Body(request), request.Key());
        return refusal switch
        {
            null => PageResult.GoTo(Path),
            _ when refusal.IsHopeless() => PageResult.Refused(refusal),
            // Nothing came of it, so what is sent next is another request.
            _ => Form(null, Again(request, refusal, Intent.KeyField, Intent.NewKey()), refusal.FormStatus()),
        };
    }

    private static async Task<PageResult> Change(PageRequest request)
    {
        var refusal = await request.Api.Do(
            "PUT", AddressOf(request), Body(request), ifMatch: request.Text(Tag));
        if (refusal is null)
            return PageResult.GoTo(Path);
        if (refusal.IsHopeless())
            return PageResult.Refused(refusal);
        // Changed elsewhere meanwhile: what was written stays, and is sent on top of what is there now.
        var now = refusal.Code == "address_outdated"
            ? (await request.Api.Get(AddressOf(request), AccountJson.Default.MyAddress)).Tag
            : request.Field(Tag);
        return Form(request.Route("id"), Again(request, refusal, Tag, now ?? ""), refusal.FormStatus());
    }

    // Whoever removes it twice wanted it gone.
    private static async Task<PageResult> Remove(PageRequest request) =>
        await request.Api.Do("DELETE", AddressOf(request)) is { Code: not "address_not_found" } refusal
            ? PageResult.Refused(refusal)
            : PageResult.GoTo(Path);

    private static PageResult Form(string? id, FormState form, int status = StatusCodes.Status200OK) =>
        PageResult.View<AddressForm, AddressModel>(new(id, form), status);

    private static FormState Again(PageRequest request, ApiRefusal refusal, string field, string value)
    {
        var form = FormState.Of(request.Form, refusal, request.Words);
        return form with { Values = new Dictionary<string, string>(form.Values) { [field] = value } };
    }

    private static FormState Filled(MyAddress address, string? tag) => FormState.With(
        ("name", address.Name), ("line1", address.Line1), ("line2", address.Line2), ("city", address.City),
        ("region", address.Region), ("postalCode", address.PostalCode), ("country", address.Country),
        (IsDefault, address.IsDefault ? "true" : ""), (Tag, tag));

    private static byte[] Body(PageRequest request) => ShopApi.Json(
        new(request.Field("name"), request.Field("line1"), request.Field("city"), request.Field("country"),
            request.Text("line2"), request.Text("region"), request.Text("postalCode"), request.Field(IsDefault) == "true"),
        AccountJson.Default.MyAddressChange);

    private static string AddressOf(PageRequest request) => $"/api/v1/me/addresses/{Uri.EscapeDataString(request.Route("id"))}";
}

/// <param name="Id">Null: a new one.</param>
public sealed record AddressModel(string? Id, FormState Form);
