using Doorbuster.Benchmarks.Sales;

return args switch
{
    ["sale", .. var rest] => await SaleBenchCommand.Run(rest),
    ["bare", .. var rest] => await BareServer.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("bin/bench sale [--quick] [--json]     a sale through HTTP, against the barest ASP.NET server");
    return 2;
}
