using System.ComponentModel.DataAnnotations;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Accounts;

/// <summary>Make an account. Whoever registers signs in afterwards.</summary>
internal static class Register
{
    public sealed record Request(
        [Required, StringLength(Account.EmailMax), RegularExpression(Account.EmailShape, ErrorMessage = Account.EmailAdvice)] string Email,
        [Required, StringLength(128, MinimumLength = 8)] string Password,
        [Required, StringLength(80, MinimumLength = 1), RegularExpression(Account.NameShape, ErrorMessage = Account.NameAdvice)] string DisplayName);

    public sealed record Response(string Id, string Email, string DisplayName);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/accounts", Handle).WithName("Register").WithSummary("Make an account").ForAnyone()
        .Refuses(Problems.EmailTaken, Problems.TooManyAttempts, Problems.SignInBusy);

    private static async Task<Results<Created<Response>, Problem>> Handle(
        Request request, HttpContext http, AccountStore store, PasswordHashing passwords, AttemptLimits limits,
        Ids ids, TimeProvider clock, CancellationToken cancel)
    {
        if (limits.BeginRegistering(http.Connection.RemoteIpAddress) is { } wait)
            return Problems.TooManyAttempts.With(retryAfter: wait);

        // Saves the hash where the answer is clear; between two at once the unique index decides.
        if (await store.FindByEmail(request.Email, cancel) is not null)
            return Problems.EmailTaken;
        if (await passwords.Hash(request.Password) is not { } hash)
            return Problems.SignInBusy;

        var person = new Account
        {
            Id = ids.Next(),
            Email = request.Email,
            DisplayName = request.DisplayName.Trim(),
            IsAdmin = false,
            PasswordHash = hash,
            CreatedAt = clock.GetUtcNow(),
        };
        if (!await store.AddPerson(person, cancel))
            return Problems.EmailTaken;

        return TypedResults.Created(
            "/api/v1/me", new Response(PublicId.Format(Account.IdPrefix, person.Id), person.Email, person.DisplayName));
    }
}
