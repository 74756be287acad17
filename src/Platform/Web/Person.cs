using System.Diagnostics.CodeAnalysis;
using Doorbuster.Contracts.Accounts;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Platform.Web;

/// <summary>The signed-in person; bound from the session, never from the body or the query.</summary>
public sealed record Person(long Id, bool IsAdmin)
{
    [SuppressMessage("Naming", "CA1725", Justification = "The framework's convention.")]
    public static ValueTask<Person?> BindAsync(HttpContext http) => ValueTask.FromResult(
        http.Features.Get<Session>() is { } session ? new Person(session.Person, session.IsAdmin) : null);
}
