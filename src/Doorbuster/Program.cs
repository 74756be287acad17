using Doorbuster;

return await CommandLine.Run(args);

internal sealed partial class Program
{
    public static string Version => typeof(Program).Assembly.GetName().Version!.ToString(3);
}
