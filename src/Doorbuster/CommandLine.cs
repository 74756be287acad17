namespace Doorbuster;

internal static class CommandLine
{
    public static Task<int> Run(string[] arguments) => Task.FromResult(arguments.Length);
}
