using Doorbuster.Platform.Web;
using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Parts;
using Doorbuster.Storefront.Rendering;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Storefront.Pages.Account.Settings;

/// <summary>Erase the account: what goes, then the password and a tick, since it cannot be undone.</summary>
internal static class ErasePage
{
    private const string Path = "/account/erase";

    public static void Map(PageRoutes pages)
    {
        pages.Personal(Path, Access.Person, _ => Task.FromResult(Show(FormState.Empty)));
        pages.Form(Path, Access.Person, Erase);
    }

    private static PageResult Show(FormState form, int status = StatusCodes.Status200OK) =>
        PageResult.View<EraseAccount, FormState>(form, status);

    private static async Task<PageResult> Erase(PageRequest request)
    {
        if (request.Field("sure") != "true")
            return Show(
                new FormState { Problem = request.Words["settings.erase_unsure"] }, StatusCodes.Status422UnprocessableEntity);
        var refusal = await request.Api.Do("POST", "/api/v1/me/erasure", ShopApi.Json(
            new(request.Form["password"].ToString()), AccountJson.Default.MyErasure));
        return refusal switch
        {
            null => PageResult.View<AccountErased, ErasedModel>(new()),
            { Status: >= 500, Code: not "sign_in_busy" } => PageResult.Refused(refusal),
            _ => Show(FormState.Of(request.Form, refusal, request.Words), refusal.FormStatus()),
        };
    }
}

/// <summary>There is nothing left to show.</summary>
public sealed record ErasedModel;
