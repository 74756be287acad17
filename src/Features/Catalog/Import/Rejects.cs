using System.Globalization;
using CsvHelper;

namespace Doorbuster.Catalog.Import;

/// <summary>Rows that were not taken: counted, and written to a file that exists only when there are any.</summary>
internal sealed class Rejects(string path) : IDisposable
{
    private const string FirstColumn = "line";

    // The row follows as it was, or as the one piece of text it was when it could not be taken apart.
    private static readonly CsvWriterOptions Options = new() { ValidateFieldCount = false, NewLine = "\n" };

    private CsvWriter? _file;

    /// <summary>The columns of what was read; named in the file after line and reason.</summary>
    public IReadOnlyList<string> Columns { get; set; } = [];

    public SortedDictionary<string, int> Counts { get; } = new(StringComparer.Ordinal);

    public string? File => _file is null ? null : path;

    public void Add(int line, string reason, params IEnumerable<string> row)
    {
        Counts[reason] = Counts.GetValueOrDefault(reason) + 1;
        if (_file is null)
        {
            _file = CsvWriter.ToFile(path, Options);
            Write([FirstColumn, "reason", .. Columns]);
        }
        Write([line.ToString(CultureInfo.InvariantCulture), reason, .. row]);
    }

    /// <summary>Takes away what an earlier import left here, so that it is not taken for this one's.</summary>
    public void ForgetEarlier()
    {
        if (_file is null && System.IO.File.Exists(path)
            && System.IO.File.ReadLines(path).FirstOrDefault()?.StartsWith(FirstColumn + ",reason", StringComparison.Ordinal) == true)
            System.IO.File.Delete(path);
    }

    public void Dispose() => _file?.Dispose();

    private void Write(IEnumerable<string> fields)
    {
        foreach (var field in fields)
            _file!.WriteField(field);
        _file!.EndRecord();
    }
}
