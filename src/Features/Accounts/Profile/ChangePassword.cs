using System.ComponentModel.DataAnnotations;
using Doorbuster.Contracts.Accounts;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorbuster.Accounts;

/// <summary>Change one's password. Whoever else is signed in is no longer: he may be why it is changed.</summary>
internal static class ChangePassword
{
    public sealed record Request(
        [Required, StringLength(128, MinimumLength = 1)] string OldPassword,
        [Required, StringLength(128, MinimumLength = 8)] string NewPassword);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/api/v1/me/password", Handle).ForPerson()
        .WithName("ChangePassword").WithSummary("Change your password")
        .WithDescription("Ends all your sessions but this one.")
        .Refuses(Problems.WrongPassword, Problems.TooManyAttempts, Problems.SignInBusy);

    private static async Task<Results<NoContent, Problem>> Handle(
        Request request, Person person, HttpContext http, AccountStore store, PasswordChecks checks,
        PasswordHashing passwords, Endings endings, CancellationToken cancel)
    {
        var (me, refusal) = await checks.Confirm(person.Id, request.OldPassword, http, cancel);
        if (me is null)
            return refusal!;
        if (await passwords.Hash(request.NewPassword) is not { } hash)
            return Problems.SignInBusy;

        var here = http.Features.GetRequiredFeature<Session>().Id;
        if (await store.ChangePassword(person.Id, me.PasswordHash!, hash, here, cancel) is not { } ended)
            return Problems.WrongPassword;    // changed meanwhile, so the old one is no longer right
        await endings.Tell(ended, cancel);
        return TypedResults.NoContent();
    }
}
