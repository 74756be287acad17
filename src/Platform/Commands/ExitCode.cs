namespace Doorbuster.Platform.Commands;

/// <summary>Documented in docs/reference/command-line.md.</summary>
public static class ExitCode
{
    public const int Ok = 0;
    public const int Failure = 1;
    public const int Usage = 2;
    public const int NotFound = 3;
    public const int Forbidden = 4;
    public const int Conflict = 5;
    public const int DependencyAway = 6;
    public const int Timeout = 7;
    public const int ThresholdFailed = 99;
    public const int Interrupted = 130;
}
