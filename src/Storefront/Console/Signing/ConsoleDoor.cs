using System.Text.Json;
using Doorbuster.Contracts.Accounts;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Doorbuster.Platform.Web.Pages;
using Doorbuster.Storefront.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Doorbuster.Storefront.Console.Signing;

/// <summary>
/// Who may enter the console: an administrator who signed in here. The shop's cookie does not open it, and the console's goes to
/// nothing but the console. A session is as old as its password: giving that again begins a new one, so nothing has to be kept
/// about who confirmed what.
/// </summary>
internal sealed class ConsoleDoor(LocalApi api, ISessions sessions, TimeProvider clock, IOptions<ConsoleOptions> options)
{
    private const string SecureCookie = "__Secure-console";
    private const string PlainCookie = "console";    // a __Secure- cookie needs https, which a laptop does not have
    private const string OwnSession = "/api/v1/sessions/current";

    /// <summary>Its password was given just now.</summary>
    public bool IsFresh(ConsoleSession session) => clock.GetUtcNow() - session.BeganAt < options.Value.ConfirmAfter;

    /// <summary>Null: a stranger, a shopper, or somebody who signed in too long ago.</summary>
    public async Task<ConsoleSession?> Find(HttpContext http) =>
        http.Request.Cookies[NameFor(http)] is { Length: > 0 } token ? await Read(http, token) : null;

    /// <summary>Begins a session; or why there is none.</summary>
    public async Task<(ConsoleSession? Session, ApiRefusal? Refusal)> Begin(HttpContext http, string email, string password)
    {
        // With no cookie of the caller's, and what the answer would let him keep is dropped: the shop's session is another.
        var answer = await api.Send(
            new("POST", "/api/v1/sessions")
            {
                Caller = http,
                Cookie = "",
                Body = ShopApi.Json(new(email, password), StorefrontJson.Default.ApiSignIn),
            },
            http.RequestAborted);
        if (answer.Status >= 400)
            return (null, ShopApi.Read(answer));
        var token = JsonSerializer.Deserialize(answer.Body.Span, StorefrontJson.Default.ApiSignedIn)!.Token;
        if (await Read(http, token) is not { } session)
        {
            await End(http, Credentials.CookieOf(http, token));
            return (null, new() { Code = "not_an_administrator", Status = StatusCodes.Status403Forbidden });
        }
        http.Response.Cookies.Append(NameFor(http), token, Cookie(http, options.Value.SessionLife));
        return (session, null);
    }

    /// <summary>The password again; the session that it begins takes the other's place.</summary>
    public async Task<(ConsoleSession? Session, ApiRefusal? Refusal)> Confirm(
        HttpContext http, ConsoleSession session, string password)
    {
        var me = await new ShopApi(api, http, http.RequestAborted, session.Cookie).Get("/api/v1/me", StorefrontJson.Default.ApiMe);
        if (me.Refusal is { } refusal)
            return (null, refusal);
        var begun = await Begin(http, me.Value!.Email, password);
        if (begun.Session is not null)
            await End(http, session.Cookie);
        return begun;
    }

    public async Task Leave(HttpContext http)
    {
        if (await Find(http) is { } session)
            await End(http, session.Cookie);
        http.Response.Cookies.Delete(NameFor(http), Cookie(http, null));
    }

    private async Task<ConsoleSession?> Read(HttpContext http, string token)
    {
        if (!sessions.TryRead(token, out var signed) || signed.IsGuest
            || await sessions.Confirm(signed, http.RequestAborted) is not { IsAdmin: true } session)
            return null;
        var beganAt = Ids.TimeOf(session.Id);
        return clock.GetUtcNow() - beganAt < options.Value.SessionLife ? new(Credentials.CookieOf(http, token), beganAt) : null;
    }

    private async Task End(HttpContext http, string cookie) => await api.Send(
        new("DELETE", OwnSession) { Caller = http, Cookie = cookie }, http.RequestAborted);

    private static string NameFor(HttpContext http) => http.Request.IsHttps ? SecureCookie : PlainCookie;

    private static CookieOptions Cookie(HttpContext http, TimeSpan? life) => new()
    {
        HttpOnly = true,
        Secure = http.Request.IsHttps,
        SameSite = SameSiteMode.Strict,
        Path = ConsoleRoutes.Root,
        MaxAge = life,
    };
}

/// <param name="Cookie">The header with which it calls the API.</param>
/// <param name="BeganAt">When the password was given.</param>
internal sealed record ConsoleSession(string Cookie, DateTimeOffset BeganAt);
