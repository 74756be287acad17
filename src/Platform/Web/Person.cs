using System.Diagnostics.CodeAnalysis;
using Doorbuster.Contracts.Accounts;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.Platform.Web;

/// <summary>The signed-in person; bound from the session, never from the body or the query. Take <c>Person?</c> where
/// anyone may call.</summary>
/// <param name="IsGuest">True for somebody without an account, who comes only where <c>ForGuests</c> or
/// <c>ForAnyone</c> lets him.</param>
public sealed record Person(long Id, bool IsAdmin, bool IsGuest = false)
{
    [SuppressMessage("Naming", "CA1725", Justification = "The framework's convention.")]
    public static ValueTask<Person?> BindAsync(HttpContext http) => http.Features.Get<Session>() is { } session
        ? ValueTask.FromResult<Person?>(Of(session))
        : Read(http);

    // Only where anyone may call: elsewhere the session was read before the handler.
    private static async ValueTask<Person?> Read(HttpContext http)
    {
        if (http.RequestServices.GetService<ISessions>() is not { } sessions
            || Credentials.TryRead(http, sessions, out var token) is not null
            || await sessions.Confirm(token, http.RequestAborted) is not { } session)
            return null;
        http.Features.Set(session);
        return Of(session);
    }

    private static Person Of(Session session) => new(session.Person, session.IsAdmin, session.IsGuest);
}
