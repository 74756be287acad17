using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using Doorbuster.Platform;
using Doorbuster.Platform.Commands;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.Notices;

/// <summary><c>doorbuster notice …</c></summary>
internal static class NoticeCommand
{
    private const int PageSize = 1_000;

    private static readonly string[] Header =
        ["id", "person", "kind", "title", "made_at", "read_at", "mail", "attempts", "mailed_at", "error"];

    internal sealed record Exported(int Rows, string File);

    public static Command Make(CommandHost host) => new("notice", "What people were told.") { Export(host) };

    private static Command Export(CommandHost host)
    {
        var file = CsvExport.File();
        var command = new Command("export", "Write all notices and what became of their mails, without their texts.")
        { file };
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, token) =>
        {
            var name = arguments.GetValue(file)!;
            var (count, path) = await CsvExport.Write(
                name, Header, Rows(services.GetRequiredService<NoticeStore>(), token), token);
            if (path is not null)
                output.Write(new Exported(count, name), NoticesJson.Default.Exported,
                    string.Create(CultureInfo.InvariantCulture, $"{count:N0} notices written to {name}"));
            return ExitCode.Ok;
        }, cancel));
        return command;
    }

    private static async IAsyncEnumerable<string[]> Rows(
        NoticeStore store, [EnumeratorCancellation] CancellationToken cancel)
    {
        var before = long.MaxValue;
        while (await store.ListMails(before, mail: null, PageSize, cancel) is { Count: > 0 } page)
        {
            foreach (var notice in page)
                yield return
                [
                    PublicId.Format(Notice.IdPrefix, notice.Id), PublicId.Format("usr", notice.Person), notice.Kind,
                    notice.Title, Time(notice.MadeAt), Time(notice.ReadAt), Notice.NameOf(notice.Mail),
                    notice.Attempts.ToString(CultureInfo.InvariantCulture), Time(notice.MailedAt), notice.Error ?? "",
                ];
            before = page[^1].Id;
        }
    }

    private static string Time(DateTimeOffset? at) =>
        at?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";
}
