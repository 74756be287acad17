using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Doorbuster.Notices;

internal sealed class NoticesOptions
{
    /// <summary>The server that takes our mail; without one, notices stay in the shop and the demo's mailbox shows
    /// them.</summary>
    [ValidateObjectMembers]
    public SmtpOptions? Smtp { get; set; }

    /// <summary>Where people reach the shop, for links in mails: <c>https://shop.example</c>.</summary>
    [Url]
    public string? ShopUrl { get; set; }
}

internal sealed class SmtpOptions
{
    [Required]
    public string Host { get; set; } = "";

    [Range(1, 65_535)]
    public int Port { get; set; } = 587;

    /// <summary>The sender's address.</summary>
    [Required, EmailAddress]
    public string From { get; set; } = "";

    public string? User { get; set; }

    public string? Password { get; set; }

    /// <summary>STARTTLS; off only for a server on the same machine.</summary>
    public bool Tls { get; set; } = true;
}

[OptionsValidator]
internal sealed partial class NoticesOptionsValidator : IValidateOptions<NoticesOptions>;
