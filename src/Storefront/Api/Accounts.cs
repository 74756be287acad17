namespace Doorbuster.Storefront.Api;

public sealed record ApiSignIn(string Email, string Password);

public sealed record ApiRegister(string Email, string Password, string DisplayName);

public sealed record ApiPerson(string Id, string Email, string DisplayName);

public sealed record ApiSignedIn(string Token, DateTimeOffset ExpiresAt, ApiPerson Person);

public sealed record ApiMe(string Id, string Email, string DisplayName, bool IsAdmin);

/// <summary>Only what the header shows of it.</summary>
public sealed record ApiCartSize(int Units);
