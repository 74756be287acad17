using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Platform.Web;

/// <summary>
/// Says field by field what is wrong with a request that did not bind. The framework tells it only in English sentences
/// that name our types; what we recognize we say in words of our own, and the rest without detail.
/// </summary>
internal static partial class InvalidRequests
{
    private const string Body = "body";
    private static readonly string[] IsRequired = ["is required"];

    public static Problem Explain(BadHttpRequestException error)
    {
        if (error.StatusCode != StatusCodes.Status400BadRequest)
            return WebProblems.Of(error.StatusCode) ?? WebProblems.InvalidRequest;
        return error.InnerException is JsonException json ? Explain(json) : Explain(error.Message);
    }

    /// <summary>Names as in JSON: <c>Lines[0].Sku</c> becomes <c>lines[0].sku</c>, also inside the sentence.</summary>
    public static Problem Explain(IEnumerable<KeyValuePair<string, string[]>> validationErrors) => WebProblems.Invalid(
        validationErrors.ToDictionary(
            e => FieldName(e.Key),
            e => e.Value.Select(wrong => wrong.Replace(
                LastPart(e.Key),
                JsonNamingPolicy.CamelCase.ConvertName(LastPart(e.Key)),
                StringComparison.Ordinal)).ToArray()));

    private static Problem Explain(JsonException error)
    {
        var message = error.Message;
        var path = error.Path is null or "$" ? "" : error.Path;
        var field = path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : path;
        if (MissingProperties().Match(message) is { Success: true } missing)
            return WebProblems.Invalid(QuotedNames().Matches(missing.Groups[1].Value).ToDictionary(
                name => field.Length == 0 ? name.Groups[1].Value : $"{field}.{name.Groups[1].Value}",
                _ => IsRequired));

        if (message.Contains("could not be mapped to any .NET member", StringComparison.Ordinal))
            return WebProblems.Invalid(Named(message, field), "is not a field of this request");
        if (message.StartsWith("Duplicate property", StringComparison.Ordinal))
            return WebProblems.Invalid(Named(message, field), "is given twice");
        if (message.Contains("doesn't allow null", StringComparison.Ordinal)
            || message.Contains("disallows null", StringComparison.Ordinal))
            return WebProblems.Invalid(Or(field, Body), "must not be null");
        if (message.StartsWith("The JSON value could not be converted", StringComparison.Ordinal))
            return WebProblems.Invalid(Or(field, Body), "has another type than expected");
        return WebProblems.Invalid(Or(field, Body), "is not valid JSON");
    }

    private static Problem Explain(string message)
    {
        if (UnboundParameter().Match(message) is { Success: true } unbound)
            return WebProblems.Invalid(unbound.Groups[1].Value, "has another form than expected");
        if (MissingParameter().Match(message) is { Success: true } missing)
            return WebProblems.Invalid(missing.Groups[1].Value, "is required");
        if (message.Contains("no body was provided", StringComparison.Ordinal))
            return WebProblems.Invalid(Body, "is required");
        return WebProblems.InvalidRequest;
    }

    private static string Named(string message, string field)
    {
        var name = QuotedNames().Match(message) is { Success: true } quoted ? quoted.Groups[1].Value : "";
        if (name.Length == 0)
            return Or(field, Body);
        return field.Length == 0 || field == name || field.EndsWith("." + name, StringComparison.Ordinal)
            ? Or(field, name)
            : $"{field}.{name}";
    }

    private static string Or(string field, string other) => field.Length == 0 ? other : field;

    private static string FieldName(string path) => path.Length == 0
        ? Body
        : string.Join('.', path.Split('.').Select(JsonNamingPolicy.CamelCase.ConvertName));

    private static string LastPart(string path) =>
        path[(path.LastIndexOf('.') + 1)..].Split('[')[0] is { Length: > 0 } last ? last : "\0";

    [GeneratedRegex(@"missing required properties including: (.+?)\.?$")]
    private static partial Regex MissingProperties();

    [GeneratedRegex("'([^']+)'")]
    private static partial Regex QuotedNames();

    [GeneratedRegex("^Failed to bind parameter \"\\S+ (\\w+)\" from")]
    private static partial Regex UnboundParameter();

    [GeneratedRegex("^Required parameter \"\\S+ (\\w+)\" was not provided")]
    private static partial Regex MissingParameter();
}
