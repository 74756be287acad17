namespace Doorbuster.Checks;

internal enum Level { Ok, Warn, Fail }

/// <param name="Found">What is the case.</param>
/// <param name="ToDo">What to do about it; null when nothing is to be done.</param>
internal sealed record Finding(string Subject, Level Level, string Found, string? ToDo = null)
{
    public static Finding Ok(string subject, string found) => new(subject, Level.Ok, found);

    public static Finding Warn(string subject, string found, string toDo) => new(subject, Level.Warn, found, toDo);

    public static Finding Fail(string subject, string found, string toDo) => new(subject, Level.Fail, found, toDo);
}

internal sealed record Report(bool Healthy, IReadOnlyList<Finding> Findings);
