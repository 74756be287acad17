using Doorbuster.Platform.Commands;

namespace Doorbuster.Tests.Platform;

public sealed class CsvImportTests
{
    [Theory]
    [InlineData("")]
    [InlineData("/nowhere/at-all.csv")]
    public void What_is_not_there_is_said_to_be_missing(string file)
    {
        var failed = Assert.Throws<CommandFailedException>(() => CsvImport.Find(file));

        Assert.Equal(ExitCode.NotFound, failed.Code);
        Assert.StartsWith("There is no file ", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_UTF_8_is_refused_and_no_sign_of_it_is_replaced()
    {
        var path = Path.GetTempFileName();
        await File.WriteAllBytesAsync(path, [.. "code,title\nA,Caf"u8, 0xE9, (byte)'\n']);

        var failed = await Assert.ThrowsAsync<CommandFailedException>(() => CsvImport.Read(path, text => text.ReadToEndAsync()));
        File.Delete(path);

        Assert.Equal(ExitCode.Usage, failed.Code);
        Assert.Contains("not UTF-8", failed.Message, StringComparison.Ordinal);
    }
}
