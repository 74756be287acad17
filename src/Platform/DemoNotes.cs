namespace Doorbuster.Platform;

/// <summary>What seeding wants a newcomer to read once: accounts, passwords, what to try. The host prints it.</summary>
public sealed class DemoNotes
{
    private readonly Lock _turn = new();
    private readonly List<DemoNote> _notes = [];

    /// <param name="subject">A word or two: <c>Shopper</c>.</param>
    /// <param name="text">One line, e.g. an address or a pair of e-mail and password.</param>
    public void Add(string subject, string text)
    {
        lock (_turn)
            _notes.Add(new(subject, text));
    }

    public IReadOnlyList<DemoNote> All
    {
        get
        {
            lock (_turn)
                return [.. _notes];
        }
    }
}

public sealed record DemoNote(string Subject, string Text);
