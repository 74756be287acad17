using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;

namespace Doorbuster.BrowserTests.Support;

/// <summary>People with an account. They are signed in by the API: that costs a password's hash once, not at every page.</summary>
public static class Shopper
{
    public const string Password = "demo-password";

    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Tokens = new(StringComparer.Ordinal);

    /// <summary>One of the demonstration's, with an order, an address and a letter.</summary>
    public static Task Ada(BrowserShop shop, Visitor visitor) => SignIn(shop, visitor, "ada@example.test");

    /// <summary>One who has signed in for today, and has a part of the demonstration's red packet.</summary>
    public static Task Grace(BrowserShop shop, Visitor visitor) => SignIn(shop, visitor, "grace@example.test");

    /// <summary>Somebody who has nothing yet.</summary>
    /// <returns>The e-mail address.</returns>
    public static async Task<string> New(BrowserShop shop, string name)
    {
        var email = $"{name.ToUpperInvariant()}-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):n}@example.test";
        (await shop.Client.PostAsJsonAsync("/api/v1/accounts", new { email, password = Password, displayName = name }))
            .EnsureSuccessStatusCode();
        return email;
    }

    /// <summary>Signs in somebody new.</summary>
    public static async Task<string> BeNew(BrowserShop shop, Visitor visitor, string name)
    {
        var email = await New(shop, name);
        await SignIn(shop, visitor, email);
        return email;
    }

    public static async Task SignIn(BrowserShop shop, Visitor visitor, string email)
    {
        var token = await Tokens.GetOrAdd(email, _ => new(() => TokenOf(shop, email))).Value;
        await visitor.Page.Context.AddCookiesAsync([new() { Name = "sid", Value = token, Url = shop.Address.ToString() }]);
    }

    private static async Task<string> TokenOf(BrowserShop shop, string email)
    {
        using var answer = await shop.Client.PostAsJsonAsync("/api/v1/sessions", new { email, password = Password });
        answer.EnsureSuccessStatusCode();
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("token").GetString()!;
    }
}
