using System.CommandLine;
using System.Runtime.CompilerServices;
using System.Text;
using CsvHelper;

namespace Doorbuster.Platform.Commands;

/// <summary>A CSV file that comes in, for commands named <c>import FILE</c>.</summary>
public static class CsvImport
{
    /// <summary>A wrong byte is an error, not a question mark in the shop.</summary>
    public static readonly Encoding Utf8 = new UTF8Encoding(false, throwOnInvalidBytes: true);

    private const string FileDescription = "A CSV file as export writes it.";

    // The separator is not guessed: a guess may change with the file.
    private static readonly CsvReaderOptions Options = new() { Separator = ',', TrackLineNumbers = true };

    public static Argument<string> File(string description = FileDescription) => new("FILE") { Description = description };

    /// <summary><c>import FILE</c>, of a file that is there.</summary>
    /// <param name="import">Given the file's path; answers the exit code.</param>
    public static Command Command(
        CommandHost host, string description, Func<IServiceProvider, Output, string, CancellationToken, Task<int>> import,
        string file = FileDescription)
    {
        var argument = File(file);
        var command = new Command("import", description) { argument };
        command.SetAction((arguments, cancel) =>
        {
            var path = Find(arguments.GetValue(argument)!);
            return host.Run(arguments, (services, output, token) => import(services, output, path, token), cancel);
        });
        return command;
    }

    /// <summary>Where the file is. Asked before any store is: a wrong path is not the database's fault.</summary>
    /// <exception cref="CommandFailedException">It is not there.</exception>
    public static string Find(string file)
    {
        var path = file.Length == 0 ? "''" : Path.GetFullPath(file);
        return System.IO.File.Exists(path)
            ? path : throw new CommandFailedException(ExitCode.NotFound, $"There is no file {path}.");
    }

    /// <exception cref="CommandFailedException">The file cannot be read, is not UTF-8, or <paramref name="read"/> finds it of another
    /// format.</exception>
    public static async Task<T> Read<T>(string path, Func<TextReader, Task<T>> read)
    {
        try
        {
            using var text = new StreamReader(path, Utf8);
            return await read(text);
        }
        catch (DecoderFallbackException error)
        {
            throw new CommandFailedException(ExitCode.Usage, $"{path} is not UTF-8. Save it as UTF-8 and try again.", error);
        }
        catch (Exception error) when (error is FormatException or CsvFormatException)
        {
            throw new CommandFailedException(ExitCode.Usage, $"{path}: {error.Message}", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException(ExitCode.Failure, $"Cannot read {path}: {error.Message}", error);
        }
    }

    /// <summary>For who wants the table as it is.</summary>
    public static CsvReader Reader(TextReader text) => CsvReader.Create(text, Options);

    /// <summary>Rows by the columns that the header names, in any order, each with its line.</summary>
    /// <param name="columns">Those that are read.</param>
    /// <param name="needed">Those of them that must be there.</param>
    /// <param name="unread">Those that an export adds.</param>
    /// <exception cref="FormatException">The file as a whole cannot be taken.</exception>
    public static async IAsyncEnumerable<(int Line, Dictionary<string, string> Fields)> Rows(
        TextReader text, string[] columns, string[] needed, string[] unread, int rowsMax,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        using var csv = Reader(text);
        await csv.ReadHeaderAsync(cancel);
        string[] header = [.. csv.Headers.Select(name => name.Trim().ToLowerInvariant())];
        if (header.Except(columns).Except(unread).FirstOrDefault() is { } unknown)
            throw new FormatException($"Unknown column '{unknown}'. Columns: {string.Join(", ", columns)}.");
        if (header.Distinct().Count() < header.Length || needed.Except(header).Any())
            throw new FormatException($"The header must name each column once, and {InWords(needed)} among them.");

        for (var rows = 1; await csv.ReadAsync(cancel); rows++)
        {
            if (rows > rowsMax)
                throw new FormatException($"More than {rowsMax:N0} rows: split the file.");
            yield return ((int)csv.LineNumber, header.Index().ToDictionary(
                column => column.Item, column => csv.GetString(column.Index).Trim()));
        }
    }

    private static string InWords(string[] names) =>
        names is [.. var most, var last] && most.Length > 0 ? $"{string.Join(", ", most)} and {last}" : names[0];
}
