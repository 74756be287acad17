using System.Text;
using CsvHelper;
using Doorbuster.Platform.Commands;

namespace Doorbuster.Catalog.Import;

/// <summary>
/// A CSV file, one row at a time, with its header read. What makes a row useless is a reject, what makes the whole file useless
/// a <see cref="BadFileException"/>.
/// </summary>
internal sealed class CsvInput : IDisposable
{
    private const int RecordMax = 256 * 1024;    // bytes
    private const int ColumnsMax = 100;

    private readonly CsvReader _csv;
    private readonly Rejects _rejects;
    private readonly HashSet<int> _broken = [];
    private int? _openQuote;

    private CsvInput(TextReader text, Rejects rejects)
    {
        _rejects = rejects;
        _csv = CsvReader.Create(text, new CsvReaderOptions
        {
            Separator = ',',    // not guessed: a guess may change with the file
            TrackLineNumbers = true,
            MaxRecordSize = RecordMax,
            MalformedData = CsvMalformedDataHandling.Recover,    // 7" is seven inches, not half a quotation
            FieldCountMismatch = CsvFieldCountHandling.Skip,
            OnMalformedRecord = Reject,
        });
    }

    public string[] Header { get; private set; } = [];

    public int Line { get; private set; }

    public string[] Row { get; private set; } = [];

    /// <summary>Rows so far, the rejected ones too.</summary>
    public int Count { get; private set; }

    public static async Task<CsvInput> Open(string path, Rejects rejects)
    {
        StreamReader text;
        try
        {
            text = new StreamReader(path, CsvImport.Utf8);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BadFileException($"Cannot read {path}: {error.Message}");
        }
        var input = new CsvInput(text, rejects);
        try
        {
            await input.Guard(async () => await input._csv.ReadHeaderAsync(CancellationToken.None));
            input.Header = [.. input._csv.Headers.Select(name => name.Trim())];
            if (input.Header.Length is 0 or > ColumnsMax || input.Header.All(name => name.Length == 0))
                throw new BadFileException($"{path} has no header: the first line must name the columns.");
            return input;
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }

    /// <summary>False at the end.</summary>
    public async Task<bool> Read(CancellationToken cancel)
    {
        while (true)
        {
            var isRow = false;
            await Guard(async () => isRow = await _csv.ReadAsync(cancel));
            if (!isRow)
                return false;
            Line = (int)_csv.LineNumber;
            Count++;
            if (_broken.Remove(Line))
            {
                _rejects.Add(Line, Reason.Malformed, _csv.Current.ToString() ?? "");
                continue;
            }
            var row = new string[_csv.FieldCount];
            for (var i = 0; i < row.Length; i++)
                row[i] = _csv.GetString(i);
            Row = row;
            return true;
        }
    }

    public void Dispose() => _csv.Dispose();

    private async Task Guard(Func<Task> read)
    {
        try
        {
            await read();
        }
        catch (DecoderFallbackException)
        {
            throw new BadFileException(
                $"{After()} not UTF-8 text. Convert the file first, e.g. iconv -f latin1 -t utf-8.");
        }
        catch (CsvFormatException error)
        {
            throw new BadFileException($"{After()} {error.Message} Is a quote not closed?");
        }
        if (_openQuote is { } line)
            throw new BadFileException($"Line {line}: a quote is opened and never closed.");
    }

    // Rows are read in blocks, so the place is only known to be further down.
    private string After() => Line == 0 ? "In the first rows:" : $"Below line {Line}:";

    private void Reject(CsvMalformedRecord record)
    {
        switch (record.Reason)
        {
            case CsvMalformedReason.StrayQuote:
                break;
            case CsvMalformedReason.UnterminatedQuote:
                _openQuote = (int)record.LineNumber;    // it swallows all that follows: not the row is bad, the file is
                break;
            case CsvMalformedReason.FieldCountMismatch:
                Count++;
                _rejects.Add((int)record.LineNumber, Reason.Malformed, record.RawRecord);
                break;
            default:
                _broken.Add((int)record.LineNumber);    // is read next, and cannot be trusted
                break;
        }
    }
}
