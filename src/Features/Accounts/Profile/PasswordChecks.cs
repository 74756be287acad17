using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Accounts;

/// <summary>Asks a signed-in person for the password again before what cannot be undone, as slowly as signing in.</summary>
internal sealed class PasswordChecks(AccountStore store, PasswordHashing passwords, AttemptLimits limits)
{
    /// <summary>The account when the password is its own, otherwise why not.</summary>
    public async Task<(Account? Account, Problem? Refusal)> Confirm(
        long person, string password, HttpContext http, CancellationToken cancel)
    {
        var me = await store.Find(person, cancel) ?? throw new InvalidOperationException("A session without a person.");
        var (key, address) = (Account.KeyOf(me.Email), http.Connection.RemoteIpAddress);
        if (limits.BeginSignIn(key, address) is { } wait)
            return (null, Problems.TooManyAttempts.With(retryAfter: wait));

        switch (await passwords.Verify(me.PasswordHash, password))
        {
            case PasswordCheck.Busy:
                limits.Forgive(key, address, signedIn: false);
                return (null, Problems.SignInBusy);
            case PasswordCheck.Wrong:
                return (null, Problems.WrongPassword);
            default:
                limits.Forgive(key, address, signedIn: true);
                return (me, null);
        }
    }
}
