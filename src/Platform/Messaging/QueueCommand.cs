using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Doorbuster.Platform.Commands;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.Platform.Messaging;

/// <summary><c>doorbuster queue …</c>: messages on their way, and those given up.</summary>
public static class QueueCommand
{
    private const int ListMax = 1_000;

    public static Command Make(CommandHost host) => new("queue", "Messages between features.")
    {
        Stats(host),
        new Command("dead", "Messages a consumer could not handle.") { List(host), Retry(host) },
    };

    private static Command Stats(CommandHost host)
    {
        var command = new Command("stats", "Show how many messages wait, and how long.");
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, cancel) =>
        {
            var stats = await services.GetRequiredService<QueueStore>().Stats(cancel);
            output.Write(stats, QueueJson.Default.QueueStats,
                string.Create(CultureInfo.InvariantCulture,
                    $"{stats.Waiting:N0} waiting, the oldest for {stats.OldestAgeSeconds:N1} s"),
                string.Create(CultureInfo.InvariantCulture, $"{stats.Retrying:N0} tried more than once"),
                string.Create(CultureInfo.InvariantCulture, $"{stats.Dead:N0} dead letters"));
            return ExitCode.Ok;
        }, cancel));
        return command;
    }

    private static Command List(CommandHost host)
    {
        var command = new Command("list", $"List dead letters, the last first, {ListMax:N0} at most.");
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, cancel) =>
        {
            var letters = await services.GetRequiredService<QueueStore>().DeadLetters(ListMax, cancel);
            output.Write(new DeadLetters(letters), QueueJson.Default.DeadLetters, letters.Count == 0
                ? ["No dead letters."]
                : letters.Select(letter => string.Create(CultureInfo.InvariantCulture,
                    $"{letter.Id}  {letter.DiedAt:u}  {letter.Type} → {letter.Consumer}  {FirstLine(letter.Error)}")));
            return ExitCode.Ok;
        }, cancel));
        return command;
    }

    private static Command Retry(CommandHost host)
    {
        var id = new Argument<long?>("id") { Description = "The message's id.", Arity = ArgumentArity.ZeroOrOne };
        var all = new Option<bool>("--all") { Description = "Every dead letter." };
        var command = new Command("retry", "Send dead letters to their consumers again.") { id, all };
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, cancel) =>
        {
            var (one, every) = (arguments.GetValue(id), arguments.GetValue(all));
            if (one is null == !every)
                return output.Fail(ExitCode.Usage, "Give the id of a message, or --all.");

            var store = services.GetRequiredService<QueueStore>();
            var retried = await (one is { } number ? store.Retry(number, cancel) : store.RetryAll(cancel));
            if (retried == 0 && one is not null)
                return output.Fail(ExitCode.NotFound, $"There is no dead letter {one}; see queue dead list");
            output.Write(new Retried(retried), QueueJson.Default.Retried, string.Create(CultureInfo.InvariantCulture,
                $"{retried:N0} sent again"));
            return ExitCode.Ok;
        }, cancel));
        return command;
    }

    private static string FirstLine(string text) => text.Split('\n', 2)[0];
}

internal sealed record DeadLetters(IReadOnlyList<DeadLetter> Data);

internal sealed record Retried(int Count);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(QueueStats))]
[JsonSerializable(typeof(DeadLetters))]
[JsonSerializable(typeof(Retried))]
internal sealed partial class QueueJson : JsonSerializerContext;
