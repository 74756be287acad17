using System.ComponentModel.DataAnnotations;
using Doorbuster.Contracts.Accounts;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Doorbuster.Accounts;

/// <summary>Exchange e-mail and password for a session: a bearer token for programs, the same as a cookie for pages.</summary>
internal static class SignIn
{
    public sealed record Request(
        [Required, StringLength(Account.EmailMax), RegularExpression(Account.EmailShape, ErrorMessage = Account.EmailAdvice)] string Email,
        [Required, StringLength(128, MinimumLength = 1)] string Password);

    public sealed record Response(string Token, DateTimeOffset ExpiresAt, SignedInPerson Person);

    public sealed record SignedInPerson(string Id, string Email, string DisplayName);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/sessions", Handle).WithName("SignIn").WithSummary("Exchange e-mail and password for a session").ForAnyone()
        .WithDescription(
            "Sent with a guest's token or cookie, what was put into the guest's cart is in the person's afterwards, once.")
        .Refuses(Problems.WrongCredentials, Problems.AccountBlocked, Problems.TooManyAttempts, Problems.SignInBusy);

    private static async Task<Results<Created<Response>, Problem>> Handle(
        Request request, HttpContext http, AccountStore store, PasswordHashing passwords, AttemptLimits limits,
        Sessions sessions, IEnumerable<ITakeOver> takings, ILogger<SignedInPerson> log, CancellationToken cancel)
    {
        var (key, address) = (Account.KeyOf(request.Email), http.Connection.RemoteIpAddress);
        if (limits.BeginSignIn(key, address) is { } wait)
            return Problems.TooManyAttempts.With(retryAfter: wait);

        var person = await store.FindByEmail(request.Email, cancel);
        var check = await passwords.Verify(person?.PasswordHash, request.Password);
        if (check == PasswordCheck.Busy)
        {
            limits.Forgive(key, address, signedIn: false);
            return Problems.SignInBusy;
        }
        if (check == PasswordCheck.Wrong || person is null)
            return Problems.WrongCredentials;

        limits.Forgive(key, address, signedIn: true);
        if (person.BlockedAt is not null)
            return Problems.AccountBlocked;
        var hash = person.PasswordHash!;
        if (check == PasswordCheck.RightButWeak && await passwords.Hash(request.Password) is { } stronger
            && await store.ReplaceHash(person.Id, hash, stronger, cancel) == 1)
        {
            hash = stronger;
            log.PasswordRehashed(person.Id, PasswordHashing.Iterations);
        }

        if (await sessions.TryStart(person.Id, person.IsAdmin, hash, cancel) is not var (session, token))
            return Problems.SignInBusy;    // changed, erased or blocked this moment: look again
        // Before the cookie takes the place of the guest's.
        if (Credentials.TryRead(http, sessions, out var guest) is null && guest.IsGuest)
            foreach (var taking in takings)
                await taking.TakeOver(guest.Person, person.Id, cancel);
        Credentials.SetCookie(http, token, session.ExpiresAt);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created(
            "/api/v1/sessions/current",
            new Response(token, session.ExpiresAt, new(
                PublicId.Format(Account.IdPrefix, person.Id), person.Email, person.DisplayName)));
    }
}
