using Doorbuster.Contracts.Accounts;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Platform.Audit;

/// <summary>
/// In whose name the shop is being run: an administrator whose request this is, or whoever typed the command. It flows with
/// the work, as a trace does, so that every store can file it without being handed it. Nobody's: what a shopper does, and
/// what the shop does by itself.
/// </summary>
/// <param name="Name"><c>usr_…</c>, or <c>local:name@machine</c>.</param>
/// <param name="Source"><c>http</c> or <c>command</c>.</param>
/// <param name="Address">Of the client, or of the machine.</param>
/// <param name="Request">The <c>X-Request-Id</c>, or the command.</param>
public sealed record Actor(string Name, string Source, string? Address, string? Request)
{
    private static readonly AsyncLocal<Actor?> Flowing = new();

    /// <summary>Null: nobody's.</summary>
    public static Actor? Current => Flowing.Value;

    /// <summary>Until the asynchronous method that calls this returns.</summary>
    public static void Begin(Actor actor) => Flowing.Value = actor;

    /// <summary>Whoever sits at this machine.</summary>
    public static Actor Local(string command) => new(
        $"local:{Environment.UserName}@{Environment.MachineName}", "command", Environment.MachineName, command);

    internal static Actor Of(HttpContext http, Session session) => new(
        PublicId.Format("usr", session.Person), "http", http.Connection.RemoteIpAddress?.ToString(), RequestId.Of(http));
}
