namespace Doorbuster.LoadTest;

internal static class LoadCommand;
