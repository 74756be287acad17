using System.Collections.Frozen;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Doorbuster.Contracts;

namespace Doorbuster.Platform.Messaging;

/// <summary>Which consumers this process has for each message type.</summary>
internal sealed class Subscriptions
{
    private readonly FrozenDictionary<string, (JsonTypeInfo Type, Subscription[] Consumers, bool MayBePutOff)> _byType;

    public Subscriptions(IEnumerable<Subscription> subscriptions)
    {
        var all = subscriptions.ToList();
        if (all.GroupBy(one => one.Name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new InvalidOperationException(
                $"Two consumers are named {twice.Key}; the inbox could not tell them apart.");

        _byType = Sendable().ToFrozenDictionary(
            type => type.Type.Name, type => (
                type, all.Where(one => one.Message == type.Type).ToArray(), type.Type.IsDefined(typeof(MayBePutOffAttribute), inherit: false)));
        Types = [.. _byType.Keys];
        TypesInRush = [.. _byType.Where(one => !one.Value.MayBePutOff).Select(one => one.Key)];
        Consumers = [.. all.Select(one => one.Name)];
    }

    /// <summary>
    /// The types this program knows; of these, the ones nobody subscribes to are simply removed. A type it does not
    /// know is from a newer version of the program, and left for that.
    /// </summary>
    public string[] Types { get; }

    /// <summary>Those that are not put off while callers queue.</summary>
    public string[] TypesInRush { get; }

    public IReadOnlyList<string> Consumers { get; }

    public JsonTypeInfo TypeNamed(string name) => _byType[name].Type;

    public bool MayBePutOff(string type) => _byType[type].MayBePutOff;

    /// <summary>True when somebody handles several of them together.</summary>
    public bool IsBatched(string type) => _byType[type].Consumers.Any(consumer => consumer.ConsumeAll is not null);

    /// <param name="only">The one consumer to retry, or null.</param>
    public IEnumerable<Subscription> Of(string type, string? only) => only is null
        ? _byType[type].Consumers
        : _byType[type].Consumers.Where(consumer => consumer.Name == only);

    /// <summary>The messages there are; what they consist of is not one.</summary>
    public static IEnumerable<JsonTypeInfo> Sendable() => typeof(ContractsJson).GetCustomAttributesData()
        .Where(attribute => attribute.AttributeType == typeof(JsonSerializableAttribute))
        .Select(attribute => (Type)attribute.ConstructorArguments[0].Value!)
        .Select(type => ContractsJson.Default.GetTypeInfo(type)!);
}
