using System.ComponentModel.DataAnnotations;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Accounts;

/// <summary>
/// Forget me: the account loses its name, address and password, every session ends, and every feature hears of it. What the
/// books need stays under a number that names nobody. Once is enough: a second request finds no session.
/// </summary>
internal static class EraseMe
{
    public sealed record Request([Required, StringLength(128, MinimumLength = 1)] string Password);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/me/erasure", Handle).ForPerson()
        .WithName("EraseMe").WithSummary("Erase your account, for good")
        .Refuses(Problems.WrongPassword, Problems.TooManyAttempts, Problems.SignInBusy);

    private static async Task<Results<NoContent, Problem>> Handle(
        Request request, Person person, HttpContext http, AccountStore store, PasswordChecks checks, Endings endings,
        TimeProvider clock, CancellationToken cancel)
    {
        var (me, refusal) = await checks.Confirm(person.Id, request.Password, http, cancel);
        if (me is null)
            return refusal!;
        await endings.Tell(await store.Erase(person.Id, clock.GetUtcNow(), cancel), cancel);
        Credentials.DeleteCookie(http);
        return TypedResults.NoContent();
    }
}
