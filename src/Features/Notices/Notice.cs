namespace Doorbuster.Notices;

/// <summary>Something a person is told, as it is written: once per key.</summary>
internal sealed record NewNotice(long Person, string Key, string Kind, string Title, string Text, string? Path)
{
    private const int KeyMax = 200;
    private const int KindMax = 50;
    private const int TitleMax = 200;
    private const int TextMax = 4_000;
    private const int PathMax = 300;

    /// <summary>The same, in what fits: a line for the title, no control characters, a path of our own shop.</summary>
    public NewNotice Tidy() => this with
    {
        Key = Line(Key, KeyMax),
        Kind = Line(Kind, KindMax),
        Title = Line(Title, TitleMax),
        Text = Cut(string.Concat(Text.Where(c => c == '\n' || !char.IsControl(c))), TextMax),
        Path = Path is ['/', not '/', ..] or "/" && Path.Length <= PathMax && !Path.Any(IsOdd) ? Path : null,
    };

    private static string Line(string text, int max) =>
        Cut(string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)), max);

    private static string Cut(string text, int max)
    {
        if (text.Length <= max)
            return text;
        var end = max - 1;
        if (char.IsHighSurrogate(text[end - 1]))
            end--;
        return text[..end] + "…";
    }

    private static bool IsOdd(char c) => c is <= ' ' or > '~' or '\\' or '"' or '<' or '>';
}

internal enum MailState : short { KeptHere = 0, Waiting = 1, Sent = 2, GivenUp = 3, NoAddress = 4 }

internal sealed record Notice(
    long Id, long Person, string Kind, string Title, string Text, string? Path, DateTimeOffset MadeAt,
    DateTimeOffset? ReadAt, MailState Mail, int Attempts, DateTimeOffset? MailedAt, string? Error)
{
    public const string IdPrefix = "ntc";

    public static string NameOf(MailState mail) => mail switch
    {
        MailState.KeptHere => "kept_here",
        MailState.Waiting => "waiting",
        MailState.Sent => "sent",
        MailState.GivenUp => "given_up",
        MailState.NoAddress => "no_address",
        _ => throw new ArgumentOutOfRangeException(nameof(mail), mail, "No such state."),
    };
}
