using System.CommandLine;
using Doorbuster.LoadTest.Replays;
using Doorbuster.LoadTest.Sales;
using Doorbuster.Platform.Commands;

namespace Doorbuster.LoadTest;

/// <summary><c>doorbuster load …</c></summary>
public static class LoadCommand
{
    public static Command Build(CommandHost host) => new(
        "load", "Put a shop under load as people would, and prove afterwards that nothing was oversold, lost or sold twice.")
    {
        LoadSale.Build(host), LoadReplay.Build(host),
    };
}
