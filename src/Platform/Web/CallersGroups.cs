using Doorbuster.Contracts.Accounts;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Platform.Web;

/// <summary>The groups of customers that whoever calls is in, where anyone may call.</summary>
public static class CallersGroups
{
    extension(ICustomerGroups groups)
    {
        /// <summary>Empty for strangers, guests and nearly everybody else, who cost no look-up: the signature of the token says
        /// who it is, and only a member's session is asked for.</summary>
        public ValueTask<IReadOnlyList<string>> OfCaller(HttpContext http, ISessions sessions)
        {
            if (Credentials.TryRead(http, sessions, out var token) is not null || token.IsGuest)
                return new([]);
            var known = groups.GroupsOf(token.Person, http.RequestAborted);
            return known is { IsCompletedSuccessfully: true, Result.Count: 0 } ? known : Confirm(known, token, http, sessions);
        }
    }

    // A session that was ended shows its member's prices no longer.
    private static async ValueTask<IReadOnlyList<string>> Confirm(
        ValueTask<IReadOnlyList<string>> known, SignedToken token, HttpContext http, ISessions sessions) =>
        await known is { Count: > 0 } groups && await sessions.Confirm(token, http.RequestAborted) is not null ? groups : [];
}
