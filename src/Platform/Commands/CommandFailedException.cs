namespace Doorbuster.Platform.Commands;

/// <summary>Something the user can put right. The message says what happened, why, and what to do next; it is printed without a stack.</summary>
public sealed class CommandFailedException(int code, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>One of <see cref="ExitCode"/>.</summary>
    public int Code => code;
}
