using Doorbuster;

return await CommandLine.Run(args);
