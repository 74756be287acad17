using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Doorbuster.Storefront;

/// <summary>Section <c>Storefront</c> of the configuration.</summary>
public sealed class StorefrontOptions
{
    /// <summary>Scheme and host under which people know the shop; null: those of each request.</summary>
    [Url]
    public string? Origin { get; set; }

    /// <summary>The same, for who asked.</summary>
    internal string OriginOf(HttpRequest request) =>
        Origin?.TrimEnd('/') ?? $"{request.Scheme}://{request.Host.Value}";

    /// <summary>Every page says that the shop is being worked on. The API goes on.</summary>
    public bool IsInMaintenance { get; set; }

    /// <summary>How long making a page may take.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:00:30")]
    public TimeSpan RenderingMax { get; set; } = TimeSpan.FromSeconds(4);
}

[OptionsValidator]
internal sealed partial class StorefrontOptionsValidator : IValidateOptions<StorefrontOptions>;
