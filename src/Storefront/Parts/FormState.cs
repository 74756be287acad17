using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Languages;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Storefront.Parts;

/// <summary>What somebody wrote into a form, and what was wrong with it.</summary>
public sealed record FormState
{
    public static FormState Empty { get; } = new();

    public IReadOnlyDictionary<string, string> Values { get; init; } = new Dictionary<string, string>();

    /// <summary>By field, in the page's language.</summary>
    public IReadOnlyDictionary<string, string> Errors { get; init; } = new Dictionary<string, string>();

    /// <summary>What was wrong with all of it.</summary>
    public string? Problem { get; init; }

    /// <summary>The form as it was sent.</summary>
    public static FormState Sent(IFormCollection sent) =>
        new() { Values = sent.ToDictionary(field => field.Key, field => field.Value.ToString()) };

    /// <summary>The form as it was sent, with what the API said. A field's own words are <c>parts.wrong.&lt;field&gt;</c>,
    /// a refusal's <c>problem.&lt;code&gt;</c>.</summary>
    public static FormState Of(IFormCollection sent, ApiRefusal refusal, Words words) => Sent(sent) with
    {
        Errors = refusal.Errors?.Keys.ToDictionary(field => field, field => words.Find($"parts.wrong.{field}") ?? words["parts.wrong.field"])
            ?? [],
        Problem = refusal.Errors is { Count: > 0 } ? null : words.Of(refusal),
    };

    /// <summary>The form with values to begin with.</summary>
    public static FormState With(params (string Field, string? Value)[] values) =>
        new() { Values = values.ToDictionary(value => value.Field, value => value.Value ?? "") };
}
