using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using Doorbuster.Platform;
using Doorbuster.Platform.Commands;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.SignIn;

/// <summary><c>doorbuster sign-in …</c></summary>
internal static class SignInCommand
{
    private const int PageSize = 5_000;

    private static readonly string[] Header = ["person", "day", "streak", "points", "signed_at"];

    public sealed record Exported(int Rows, string File);

    public static Command Make(CommandHost host) => new("sign-in", "Daily sign-ins and their points.") { Export(host) };

    internal static async IAsyncEnumerable<string[]> Rows(DayStore store, [EnumeratorCancellation] CancellationToken cancel)
    {
        var (day, person) = (DateOnly.MinValue, 0L);
        while (await store.Page(day, person, PageSize, cancel) is { Count: > 0 } page)
        {
            foreach (var signed in page)
                yield return
                [
                    PublicId.Format("usr", signed.Person), $"{signed.Day:yyyy-MM-dd}",
                    signed.Streak.ToString(CultureInfo.InvariantCulture), signed.Points.ToString(CultureInfo.InvariantCulture),
                    $"{signed.SignedAt.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}",
                ];
            (day, person) = (page[^1].Day, page[^1].Person);
        }
    }

    private static Command Export(CommandHost host)
    {
        var file = CsvExport.File();
        var command = new Command("export", "Export all sign-ins, the oldest dates first.") { file };
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, token) =>
        {
            var name = arguments.GetValue(file)!;
            var (count, path) = await CsvExport.Write(
                name, Header, Rows(services.GetRequiredService<DayStore>(), token), token);
            if (path is not null)
                output.Write(
                    new Exported(count, path), SignInJson.Default.Exported,
                    string.Create(CultureInfo.InvariantCulture, $"{count:N0} sign-ins written to {name}"));
            return ExitCode.Ok;
        }, cancel));
        return command;
    }
}
