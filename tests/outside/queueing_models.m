% Solves models with the package "queueing" of Octave: octave-cli queueing_models.m questions.json
% A question is what recompute.mjs made of a model: classes x stations of visits V and service times S, servers m.
pkg load queueing
warning("off", "all");
questions = jsondecode(fileread(argv(){1}), "makeValidName", false);
if isstruct(questions), questions = num2cell(questions); end
for i = 1:numel(questions)
  q = questions{i};
  C = numel(q.classes); K = numel(q.stations);
  S = reshape(q.S, C, K); V = reshape(q.V, C, K); m = q.m(:)'; Z = q.Z(:)';
  switch q.method
    case {"qsmmm", "qsmmmk", "qsmg1"}
      if strcmp(q.method, "qsmmm"), [U, R, Q, X] = qsmmm(q.lambda, 1 / S, m); end
      if strcmp(q.method, "qsmmmk"), [U, R, Q, X, p0, pk] = qsmmmk(q.lambda, 1 / S, m, m + q.places); end
      if strcmp(q.method, "qsmg1"), [U, R, Q, X] = qsmg1(q.lambda, S, q.second); end
    case "qnos", [U, R, Q, X] = qnos(q.lambda, S, V, m);
    case "qnom"
      % Its visits are shares of those of all classes together.
      lambda = q.lambda(:);
      [U, R, Q, X] = qnom(lambda', S, V .* (lambda / sum(lambda)), m);
    case "qncsmva", [U, R, Q, X] = qncsmva(q.N, S, V, m, Z);
    case "qncsmvald"
      L = zeros(K, q.N);
      for k = 1:K, L(k, :) = S(k) ./ min(1:q.N, m(k)); end
      [U, R, Q, X] = qncsmvald(q.N, L, V, Z);
    case "qncmmva", [U, R, Q, X] = qncmmva(q.N(:)', S, V, m, Z);
    case "qnmix"
      % Stations with one server each, and no think time: version 1.2.7 has nothing else.
      [U, R, Q, X] = qnmix(q.lambda(:)', q.N(:)', S, V);
  end
  figures = {};
  for c = 1:C
    inside = V(c, :) > 0;
    figures(end + 1, :) = {[q.classes{c} ".mean"], sum(R(c, inside) .* V(c, inside))};
    if ! isempty(q.N) && q.N(c) > 0
      k = find(V(c, :) > 0, 1);
      figures(end + 1, :) = {[q.classes{c} ".throughput"], X(c, k) / V(c, k)};
    end
    if strcmp(q.method, "qsmmmk"), figures(end + 1, :) = {[q.classes{c} ".rejected"], pk}; end
  end
  for k = 1:K
    % The load-dependent form says how often a station is not empty, which is something else.
    busy = sum(U(:, k));
    if strcmp(q.method, "qncsmvald"), busy = X(k) * S(k) / m(k); end
    figures(end + 1, :) = {[q.stations{k} ".utilization"], busy};
    figures(end + 1, :) = {[q.stations{k} ".in_system_mean"], sum(Q(:, k))};
  end
  text = cellfun(@(name, value) sprintf('"%s":{"value":%.12g,"halfWidth":0}', name, value), ...
    figures(:, 1), figures(:, 2), "UniformOutput", false);
  printf('{"id":"%s","figures":{%s}}\n', q.id, strjoin(text', ","));
end
