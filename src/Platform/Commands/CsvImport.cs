using System.CommandLine;
using System.Text;

namespace Doorbuster.Platform.Commands;

/// <summary>A CSV file that comes in, for commands named <c>import FILE</c>.</summary>
public static class CsvImport
{
    /// <summary>A wrong byte is an error, not a question mark in the shop.</summary>
    public static readonly Encoding Utf8 = new UTF8Encoding(false, throwOnInvalidBytes: true);

    public static Argument<string> File(string description = "A CSV file as export writes it.") =>
        new("FILE") { Description = description };

    /// <summary>Where the file is. Asked before any store is: a wrong path is not the database's fault.</summary>
    /// <exception cref="CommandFailedException">It is not there.</exception>
    public static string Find(string file)
    {
        var path = Path.GetFullPath(file);
        return System.IO.File.Exists(path)
            ? path : throw new CommandFailedException(ExitCode.NotFound, $"There is no file {path}.");
    }

    /// <param name="encoding">Unless a byte order mark says another; null: <see cref="Utf8"/>.</param>
    /// <exception cref="CommandFailedException">The file cannot be read.</exception>
    public static async Task<T> Read<T>(string path, Func<TextReader, Task<T>> read, Encoding? encoding = null)
    {
        try
        {
            using var text = new StreamReader(path, encoding ?? Utf8);
            return await read(text);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException(ExitCode.Failure, $"Cannot read {path}: {error.Message}", error);
        }
    }
}
