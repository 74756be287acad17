using System.Runtime.CompilerServices;
using Doorbuster.Platform.Commands;

namespace Doorbuster.Tests.Platform;

public sealed class CsvExportTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("doorbuster-csv-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Target => Path.Combine(_folder.FullName, "rows.csv");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_file_holds_header_and_rows_and_nothing_a_spreadsheet_takes_for_a_formula()
    {
        var (count, path) = await CsvExport.Write(
            Target, ["name", "note"], Rows(["Ada", "plain"], ["=1+1", "a,\"b\""], ["-5", "@me"]), Cancel);

        Assert.Equal((3, Target), (count, path));
        Assert.Equal(
            "name,note\nAda,plain\n'=1+1,\"a,\"\"b\"\"\"\n'-5,'@me\n", await File.ReadAllTextAsync(Target, Cancel));
        Assert.Single(_folder.GetFiles());
    }

    [Theory]
    [InlineData("=1+1"), InlineData("'quoted'"), InlineData("plain"), InlineData(""), InlineData("'"), InlineData("@me")]
    public void What_was_written_is_read_as_it_was_typed(string typed) =>
        Assert.Equal(typed, CsvExport.Typed(CsvExport.Text(typed)!));

    [Fact]
    public async Task Rows_written_as_they_are_keep_their_negative_numbers()
    {
        await CsvExport.Write(Target, async output =>
        {
            await using var csv = CsvExport.Writer(output);
            await csv.WriteRow(["-5", null], Cancel);
            return 1;
        });

        Assert.Equal("-5,\n", await File.ReadAllTextAsync(Target, Cancel));
    }

    [Fact]
    public async Task What_fails_in_the_middle_leaves_the_file_that_was_there()
    {
        await File.WriteAllTextAsync(Target, "of yesterday", Cancel);

        await Assert.ThrowsAsync<InvalidOperationException>(() => CsvExport.Write(Target, ["name"], Broken(), Cancel));

        Assert.Equal("of yesterday", await File.ReadAllTextAsync(Target, Cancel));
        Assert.Single(_folder.GetFiles());
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_said_in_a_sentence()
    {
        var failure = await Assert.ThrowsAsync<CommandFailedException>(
            () => CsvExport.Write(Path.Combine(_folder.FullName, "none", "rows.csv"), ["name"], Rows(), Cancel));

        Assert.Equal(ExitCode.Failure, failure.Code);
        Assert.StartsWith("Cannot write ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_keys_is_its_owners_alone()
    {
        await WholeFile.Write(
            Target, _ => Task.FromResult(0), UnixFileMode.UserRead | UnixFileMode.UserWrite);

        if (!OperatingSystem.IsWindows())    // files have no modes there
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Target));
    }

    private static async IAsyncEnumerable<string[]> Rows(params string[][] rows)
    {
        foreach (var row in rows)
        {
            await Task.Yield();
            yield return row;
        }
    }

    private static async IAsyncEnumerable<string[]> Broken([EnumeratorCancellation] CancellationToken cancel = default)
    {
        await Task.Yield();
        cancel.ThrowIfCancellationRequested();
        yield return ["Ada"];
        throw new InvalidOperationException("the store went away");
    }
}
