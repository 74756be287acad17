using System.CommandLine;
using CsvHelper;

namespace Doorbuster.Platform.Commands;

/// <summary>A list as a CSV file, for commands named <c>export FILE</c>; <c>-</c> is standard output.</summary>
public static class CsvExport
{
    private static readonly CsvWriterOptions Options = new() { NewLine = "\n" };

    public static Argument<string> File() => new("FILE") { Description = "The file to write, or - for standard output." };

    /// <summary><c>export FILE</c> of one list; says how many rows went where.</summary>
    /// <param name="things">What the rows are, in the plural.</param>
    public static Command Command(
        CommandHost host, string description, string things, string[] header,
        Func<IServiceProvider, CancellationToken, IAsyncEnumerable<string[]>> rows)
    {
        var file = File();
        var command = new Command("export", description) { file };
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, token) =>
        {
            var (count, path) = await Write(arguments.GetValue(file)!, header, rows(services, token), token);
            if (path is not null)
                output.Note($"{count:N0} {things} written to {path}");
            return ExitCode.Ok;
        }, cancel));
        return command;
    }

    /// <summary>Writes header and rows, all of them <see cref="Text"/>; a file that is there in the end is complete.
    /// Returns how many rows and where they are (null: standard output), or throws what the user can put right.</summary>
    public static Task<(int Count, string? Path)> Write(
        string file, string[] header, IAsyncEnumerable<string[]> rows, CancellationToken cancel) =>
        Write(file, output => WriteTo(output, header, rows, cancel));

    /// <summary>The same to where somebody else reads; <paramref name="output"/> stays open.</summary>
    public static async Task<int> WriteTo(
        Stream output, string[] header, IAsyncEnumerable<string[]> rows, CancellationToken cancel)
    {
        await using var csv = Writer(output);
        await csv.WriteRow(header, cancel);
        var count = 0;
        await foreach (var row in rows.WithCancellation(cancel))
        {
            await csv.WriteRow(row.Select(Text), cancel);
            count++;
        }
        return count;
    }

    /// <summary>The same for who writes the rows as they are, such as negative numbers.</summary>
    public static async Task<(T Count, string? Path)> Write<T>(string file, Func<Stream, Task<T>> write)
    {
        if (file != "-")
        {
            var path = Path.GetFullPath(file);
            return (await WholeFile.Write(path, write), path);
        }
        await using var standard = Console.OpenStandardOutput();
        return (await write(standard), null);
    }

    /// <summary>For rows as they are; <paramref name="output"/> stays open.</summary>
    public static CsvWriter Writer(Stream output) => CsvWriter.Create(output, Options, leaveOpen: true);

    /// <summary>What a customer typed: a spreadsheet must not take it for a formula.</summary>
    public static string? Text(string? typed) =>
        typed is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? "'" + typed : typed;

    /// <summary>What <see cref="Text"/> wrote, as it was typed.</summary>
    public static string Typed(string text) =>
        text is ['\'', '=' or '+' or '-' or '@' or '\t' or '\r', ..] ? text[1..] : text;

    extension(CsvWriter csv)
    {
        public Task WriteRow(IEnumerable<string?> fields, CancellationToken cancel)
        {
            foreach (var field in fields)
                csv.WriteField(field);
            return csv.EndRecordAsync(cancel).AsTask();
        }
    }
}
