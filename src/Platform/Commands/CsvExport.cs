using System.CommandLine;
using CsvHelper;

namespace Doorbuster.Platform.Commands;

/// <summary>A list as a CSV file, for commands named <c>export FILE</c>; <c>-</c> is standard output.</summary>
public static class CsvExport
{
    private static readonly CsvWriterOptions Options = new() { NewLine = "\n" };

    public static Argument<string> File() => new("FILE") { Description = "The file to write, or - for standard output." };

    /// <summary>Writes header and rows; a file that is there in the end is complete. Returns how many rows, or throws
    /// what the user can put right.</summary>
    public static async Task<int> Write(
        string file, string[] header, IAsyncEnumerable<string[]> rows, CancellationToken cancel)
    {
        if (file == "-")
        {
            await using var standard = Console.OpenStandardOutput();
            return await Write(standard, header, rows, cancel);
        }
        var path = Path.GetFullPath(file);
        var partial = path + ".part";
        try
        {
            int count;
            await using (var stream = System.IO.File.Create(partial))
                count = await Write(stream, header, rows, cancel);
            System.IO.File.Move(partial, path, overwrite: true);
            return count;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException(ExitCode.Failure, $"Cannot write {path}: {error.Message}", error);
        }
        finally
        {
            if (System.IO.File.Exists(partial))
                System.IO.File.Delete(partial);
        }
    }

    private static async Task<int> Write(
        Stream output, string[] header, IAsyncEnumerable<string[]> rows, CancellationToken cancel)
    {
        await using var csv = CsvWriter.Create(output, Options, leaveOpen: true);
        await WriteRow(csv, header, cancel);
        var count = 0;
        await foreach (var row in rows.WithCancellation(cancel))
        {
            await WriteRow(csv, row, cancel);
            count++;
        }
        return count;
    }

    // A spreadsheet must not take what a customer typed for a formula.
    private static Task WriteRow(CsvWriter csv, string[] fields, CancellationToken cancel)
    {
        foreach (var field in fields)
            csv.WriteField(field is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? "'" + field : field);
        return csv.EndRecordAsync(cancel).AsTask();
    }
}
