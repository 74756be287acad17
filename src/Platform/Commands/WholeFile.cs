namespace Doorbuster.Platform.Commands;

/// <summary>A file that a command makes: one that is there in the end is complete.</summary>
public static class WholeFile
{
    /// <param name="mode">Of a new file; null: what the system gives.</param>
    /// <exception cref="CommandFailedException">It cannot be written there.</exception>
    public static async Task<T> Write<T>(string path, Func<Stream, Task<T>> write, UnixFileMode? mode = null)
    {
        var partial = path + ".part";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = mode;
        try
        {
            T result;
            await using (var stream = new FileStream(partial, options))
                result = await write(stream);
            File.Move(partial, path, overwrite: true);
            return result;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException(ExitCode.Failure, $"Cannot write {path}: {error.Message}", error);
        }
        finally
        {
            if (File.Exists(partial))
                File.Delete(partial);
        }
    }
}
