using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using Doorbuster.Contracts;
using Doorbuster.Platform.Messaging;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.Platform.Web.Reference;

/// <summary>The page of all messages, from the contracts, their comments and the features' subscriptions.</summary>
public static class EventReference
{
    public static string Markdown(IReadOnlyList<Feature> features)
    {
        var comments = DocComments.Of(typeof(ContractsJson).Assembly);
        var consumers = ConsumersOf(features);
        var messages = Subscriptions.Sendable().OrderBy(type => type.Type.Name, StringComparer.Ordinal).ToList();
        var text = new StringBuilder("""
            # Messages

            What features say to each other. A message leaves with the transaction that caused it and has its effect once in
            each consumer, but may come late, more than once, and in any order. Fields are added, never changed or removed.
            Bodies are JSON; ids are 64-bit integers here (outside they are written as `ord_…`), money is in minor units
            beside its currency, times are RFC 3339. What is optional may be missing.

            This page is written by `bin/doorbuster openapi events` from the program itself.

            | message | what it says | consumers |
            |---|---|---|

            """);
        foreach (var message in messages)
            text.Append(CultureInfo.InvariantCulture,
                $"| [`{message.Type.Name}`](#{Anchor(message.Type)}) | {FirstSentence(comments.OfType(message.Type))} ")
                .Append(CultureInfo.InvariantCulture, $"| {Names(consumers[message.Type])} |\n");

        var parts = new List<Type>();
        foreach (var message in messages)
        {
            Describe(text, message.Type, comments, parts);
            text.Append(CultureInfo.InvariantCulture, $"\nConsumers: {Names(consumers[message.Type])}.\n");
        }
        if (parts.Count > 0)
            text.Append("\n# Parts of messages\n");
        for (var i = 0; i < parts.Count; i++)    // it grows by what is found in them
            Describe(text, parts[i], comments, parts);
        return text.ToString();
    }

    private static ILookup<Type, string> ConsumersOf(IEnumerable<Feature> features)
    {
        var services = new ServiceCollection();
        foreach (var feature in features)
            feature.AddConsumers(services);
        services.AddPlatformConsumers();
        return services.Select(service => service.ImplementationInstance).OfType<Subscription>()
            .OrderBy(one => one.Name, StringComparer.Ordinal).ToLookup(one => one.Message, one => one.Name);
    }

    private static void Describe(StringBuilder text, Type type, DocComments comments, List<Type> parts)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n## {type.Name}\n\n");
        if (comments.OfType(type) is { Length: > 0 } summary)
            text.Append(summary).Append("\n\n");
        text.Append("| field | type | meaning |\n|---|---|---|\n");
        foreach (var field in ContractsJson.Default.GetTypeInfo(type)!.Properties)
        {
            var member = (PropertyInfo)field.AttributeProvider!;
            var isNullable = Nullable.GetUnderlyingType(field.PropertyType) is not null
                || !field.PropertyType.IsValueType && field.IsGetNullable;
            var means = comments.OfProperty(member).Replace("|", "\\|", StringComparison.Ordinal);
            text.Append(CultureInfo.InvariantCulture, $"| `{field.Name}` | {Name(field.PropertyType, parts)}")
                .Append(isNullable ? " or null" : "").Append(IsOptional(member) ? ", optional" : "")
                .Append(means.Length > 0 ? $" | {means} |\n" : " | |\n");
        }
    }

    // A parameter of the record without a default, or a required member, is always there.
    private static bool IsOptional(PropertyInfo member) =>
        !member.IsDefined(typeof(RequiredMemberAttribute))
        && member.DeclaringType!.GetConstructors()
            .SelectMany(made => made.GetParameters())
            .FirstOrDefault(parameter => parameter.Name == member.Name) is null or { HasDefaultValue: true };

    private static string Name(Type type, List<Type> parts)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsArray)
            return "list of " + Name(type.GetElementType()!, parts);
        if (type.IsGenericType && type.GetGenericArguments() is [var key, var value])
            return $"object of {Name(value, parts)} by {Name(key, parts)}";
        if (type == typeof(long))
            return "integer";
        if (type == typeof(int))
            return "integer (32 bits)";
        if (type == typeof(bool))
            return "boolean";
        if (type == typeof(string))
            return "text";
        if (type == typeof(DateTimeOffset))
            return "time";
        if (type.Assembly != typeof(ContractsJson).Assembly)
            throw new InvalidOperationException($"Messages have no fields of {type}; give it a name here.");
        if (!parts.Contains(type))
            parts.Add(type);
        return $"[`{type.Name}`](#{Anchor(type)})";
    }

    private static string Names(IEnumerable<string> consumers) =>
        string.Join(", ", consumers.Select(name => $"`{name}`").DefaultIfEmpty("none"));

    private static string FirstSentence(string text)
    {
        var end = text.IndexOf(". ", StringComparison.Ordinal);
        return (end < 0 ? text : text[..(end + 1)]).Replace("|", "\\|", StringComparison.Ordinal);
    }

    private static string Anchor(Type type) => type.Name.ToLowerInvariant();
}
